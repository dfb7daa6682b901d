package io.fastroom.support;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/** Somebody who has no mouse, and hears what has the focus. */
public final class Keyboard {
  private static final int MOST = 300;

  private final ChromeDriver driver;

  public Keyboard(Browser browser) {
    this.driver = browser.driver();
  }

  /** Types into whatever has the focus; the page may draw it anew at any time. */
  public void type(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  /** Presses a key while another one is held. */
  public void type(Keys held, String key) {
    new Actions(driver).keyDown(held).sendKeys(key).keyUp(held).perform();
  }

  /** Letters that an input method is still composing; the next key ends it. */
  public void compose(String text) {
    driver.executeCdpCommand("Input.imeSetComposition",
        Map.of("text", text, "selectionStart", text.length(), "selectionEnd", text.length()));
  }

  /** What a screen reader calls the control that has the focus. */
  public String focused() {
    try {
      return driver.switchTo().activeElement().getAccessibleName();
    } catch (StaleElementReferenceException e) {
      return "";
    }
  }

  /** Goes on with a key until the control of that name has the focus. */
  public void walkTo(String name, Keys key) {
    List<String> passed = new ArrayList<>();
    while (!focused().equals(name)) {
      if (passed.size() == MOST) {
        throw new AssertionError(name + " was not reached by the keyboard, only " + passed);
      }
      passed.add(focused());
      type(key);
    }
  }
}
