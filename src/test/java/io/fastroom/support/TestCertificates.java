package io.fastroom.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** An authority of the tests' own and what it signs, made by openssl; a test that makes one is aborted without. */
public final class TestCertificates {
  private final Path folder = Folders.temporary("fastroom-tls");

  public TestCertificates() {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Folders.delete(folder)));
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=authority of a test", "-keyout",
        path("ca.key"), "-out", path("ca.crt"));
  }

  public String path(String file) {
    return folder.resolve(file).toString();
  }

  /** name.crt and name.key, for the common name; @param alternative such as DNS:localhost, null for none */
  public void sign(String name, String commonName, String alternative) {
    run("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + commonName, "-keyout", path(name + ".key"), "-out",
        path(name + ".csr"));
    List<String> sign = new ArrayList<>(List.of("x509", "-req", "-in", path(name + ".csr"), "-CA", path("ca.crt"),
        "-CAkey", path("ca.key"), "-CAcreateserial", "-days", "2", "-out", path(name + ".crt")));
    if (alternative != null) {
      write(name + ".ext", "subjectAltName=" + alternative + "\n");
      sign.addAll(List.of("-extfile", path(name + ".ext")));
    }
    run(sign.toArray(String[]::new));
  }

  public void write(String file, String text) {
    try {
      Files.writeString(folder.resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The arguments of openssl. */
  public void run(String... arguments) {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    try {
      int exit = new ProcessBuilder(command).redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile())).start().waitFor();
      if (exit != 0) {
        throw new AssertionError(command + " failed, see " + folder.resolve("log"));
      }
    } catch (IOException e) {
      System.err.println("SKIPPED: no openssl is installed");
      throw new TestAbortedException("no openssl is installed");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
