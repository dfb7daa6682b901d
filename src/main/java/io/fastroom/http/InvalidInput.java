package io.fastroom.http;

import io.fastroom.model.Problem;
import java.util.List;

/** Input that is refused: what is wrong, and where. It has no stack trace: it is an answer, not a defect. */
final class InvalidInput extends RuntimeException {
  /** Exactly one of {@code pointer} (into the body) and {@code parameter} is set. */
  record Fault(String pointer, String parameter, String detail) { }

  private final transient Problem problem;
  private final transient List<Fault> faults;

  private InvalidInput(Problem problem, String detail, List<Fault> faults) {
    super(detail, null, false, false);
    this.problem = problem;
    this.faults = faults;
  }

  /** 400: what could not be read at all. */
  static InvalidInput malformed(String detail) {
    return new InvalidInput(Problem.BAD_REQUEST, detail, List.of());
  }

  /** 400: a body that is not JSON. */
  static InvalidInput json(String detail) {
    return new InvalidInput(Problem.INVALID_JSON, detail, List.of());
  }

  static InvalidInput mediaType(String expected) {
    return new InvalidInput(Problem.UNSUPPORTED_MEDIA_TYPE, "The body must be " + expected + " in UTF-8", List.of());
  }

  static InvalidInput body(String pointer, String detail) {
    return of(List.of(new Fault(pointer, null, detail)));
  }

  static InvalidInput parameter(String name, String detail) {
    return of(List.of(new Fault(null, name, detail)));
  }

  static InvalidInput of(List<Fault> faults) {
    String detail = faults.size() == 1 ? sentence(faults.get(0)) : faults.size() + " fields are invalid";
    return new InvalidInput(Problem.INVALID_MESSAGE, detail, List.copyOf(faults));
  }

  private static String sentence(Fault fault) {
    String where = fault.parameter != null ? fault.parameter : fault.pointer.isEmpty() ? "The body" : fault.pointer;
    return where + " " + fault.detail;
  }

  Problem problem() {
    return problem;
  }

  List<Fault> faults() {
    return faults;
  }
}
