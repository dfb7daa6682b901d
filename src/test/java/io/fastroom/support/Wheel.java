package io.fastroom.support;

import java.util.Map;

/** The wheel of a mouse that rests in the middle of the window: an input of the browser, not of a script. */
public record Wheel(Browser browser) {
  /**
   * Turns it until it has moved so far.
   *
   * @param pixels downwards, or upwards if negative
   * @param speed in pixels a second
   */
  public void turn(int pixels, int speed) {
    browser.driver().executeCdpCommand("Input.synthesizeScrollGesture", Map.of("x", 640, "y", 400, "yDistance", -pixels,
        "speed", speed, "gestureSourceType", "mouse", "preventFling", true));
  }
}
