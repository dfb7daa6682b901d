package io.fastroom.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The machine's own Chromium, without a window, with a profile of its own and one person before it. */
public final class Browser implements AutoCloseable {
  /** A page on a machine that has much else to do. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final Optional<Path> CHROMIUM = find("chromium", "chromium-browser", "google-chrome");
  private static final Optional<Path> DRIVER = find("chromedriver");

  /** It misses a library for the newest protocol, which nothing here uses. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  static {
    SELENIUM.setLevel(Level.SEVERE);
  }

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  ChromeDriver driver() {
    return driver;
  }

  /** What is missing to open one; empty when nothing is. */
  public static String missing() {
    return (CHROMIUM.isEmpty() ? "chromium " : "") + (DRIVER.isEmpty() ? "chromedriver" : "");
  }

  private static Optional<Path> find(String... names) {
    return Stream.of(names)
        .flatMap(name -> Stream.of(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable).findFirst();
  }

  public static Browser desktop() {
    return open(1280, 800, Map.of());
  }

  public static Browser phone() {
    return open(390, 844, Map.of());
  }

  /** Set to keep nothing of any site: whoever asks for the storage, or for a lock, gets an exception. */
  public static Browser keepingNothing() {
    return open(1280, 800, Map.of("profile.default_content_setting_values.cookies", 2));
  }

  private static Browser open(int width, int height, Map<String, Object> preferences) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.orElseThrow().toFile());
    options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
        "--lang=en-GB", "--hide-scrollbars", "--window-size=" + width + "," + height);
    options.setExperimentalOption("prefs", preferences);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service = new ChromeDriverService.Builder()
        .usingDriverExecutable(DRIVER.orElseThrow().toFile()).usingAnyFreePort().build();
    Browser browser = new Browser(new ChromeDriver(service, options));
    // The size of the page, not of the window around it.
    browser.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    browser.driver.manage().window().setSize(new Dimension(width, height));
    return browser;
  }

  /** As the system's own dark mode would. */
  public Browser dark() {
    driver.executeCdpCommand("Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
    return this;
  }

  public Browser go(String url) {
    driver.get(url);
    return this;
  }

  public Browser signUp(String origin, String name) {
    go(origin);
    type("#username", name);
    type("#password", "correct horse " + name);
    click("#account-submit");
    see("#app");
    return this;
  }

  public Browser signIn(String origin, String name, String password) {
    go(origin).click("#tab-signin");
    type("#username", name);
    type("#password", password);
    click("#account-submit");
    see("#app");
    return this;
  }

  /** Opens one of the panels of the account menu. */
  public Browser openPanel(String label) {
    // What is for administrators is there as soon as the page has learnt that one has signed in.
    Until.holds("the menu has " + label, PATIENCE, () -> {
      click("#account-bar [aria-label='Account']");
      boolean offered = see("#menu").getText().contains(label);
      if (!offered) {
        press("#menu button", Keys.ESCAPE);
      }
      return offered;
    });
    choose(label);
    see("#panel");
    return this;
  }

  /** Turns to a tab of the open panel. */
  public void tab(String label) {
    see("#panel [role=tablist]");
    driver.findElements(By.cssSelector("#panel [role=tab]")).stream().filter(tab -> tab.getText().equals(label))
        .findFirst().orElseThrow(() -> new AssertionError("the panel has no " + label)).click();
  }

  /** Chooses an option of a select by its text. */
  public void select(String selector, String option) {
    see(selector).findElements(By.tagName("option")).stream().filter(each -> each.getText().equals(option))
        .findFirst().orElseThrow(() -> new AssertionError(selector + " has no " + option)).click();
  }

  public Browser createRoom(String name) {
    click("#new-room");
    type("#dialog-name", name);
    press("#dialog-name", Keys.ENTER);
    return inRoom(name);
  }

  /** Opens a room by its link. */
  public Browser openRoom(String name) {
    run("location.hash = '#/rooms/' + encodeURIComponent(arguments[0])", name);
    return inRoom(name);
  }

  private Browser inRoom(String name) {
    Until.holds("the page is in " + name, PATIENCE,
        () -> name.equals(text("#room-name")) && text("#room-facts").contains("here"));
    return this;
  }

  public void say(String message) {
    type("#draft", message);
    press("#draft", Keys.ENTER);
  }

  /** The messages in the log, from top to bottom, without their marks. */
  @SuppressWarnings("unchecked")
  public List<String> messages() {
    return (List<String>) run(
        "return [...document.querySelectorAll('.message .text')].map(text => text.firstChild.textContent)");
  }

  public WebElement see(String selector) {
    WebElement[] found = new WebElement[1];
    Until.holds("the page shows " + selector, PATIENCE, () -> {
      found[0] = driver.findElement(By.cssSelector(selector));
      return found[0].isDisplayed();
    });
    return found[0];
  }

  public void seeNo(String selector) {
    Until.holds("the page no longer shows " + selector, PATIENCE,
        () -> driver.findElements(By.cssSelector(selector)).stream().noneMatch(WebElement::isDisplayed));
  }

  public void seeText(String selector, String text) {
    Until.holds(selector + " says " + text, PATIENCE, () -> text(selector).contains(text));
  }

  /** Again when it was drawn anew between being found and being read. */
  public String text(String selector) {
    return Until.answered(selector + " is read", PATIENCE, () -> driver.findElement(By.cssSelector(selector)).getText());
  }

  /** As a person does, who clicks again when something moved under the pointer. */
  public void click(String selector) {
    Until.holds(selector + " takes a click", PATIENCE, () -> {
      see(selector).click();
      return true;
    });
  }

  /** Chooses from the open menu. */
  public void choose(String label) {
    see("#menu");
    driver.findElements(By.cssSelector("#menu button")).stream().filter(item -> item.getText().equals(label))
        .findFirst().orElseThrow(() -> new AssertionError("the menu has no " + label)).click();
  }

  /** Again from the beginning when the field was drawn anew meanwhile. */
  public void type(String selector, String text) {
    Until.holds(selector + " takes words", PATIENCE, () -> {
      WebElement field = see(selector);
      field.clear();
      field.sendKeys(text);
      return true;
    });
  }

  public void press(String selector, CharSequence... keys) {
    driver.findElement(By.cssSelector(selector)).sendKeys(keys);
  }

  public Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Runs the script in every page before the page's own. */
  public Browser before(String script) {
    driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    return this;
  }

  /** What a screen reader calls each control that can be seen and used: with a dialog open, those of the dialog. */
  @SuppressWarnings("unchecked")
  public List<String> namesOfControls() {
    List<String> names = new ArrayList<>();
    // Again when one of them was drawn anew meanwhile.
    Until.holds("each control answers", () -> {
      names.clear();
      List<WebElement> controls = (List<WebElement>) run("return [...([...document.querySelectorAll(':modal')].at(-1)"
          + " ?? document).querySelectorAll('a, button, input, textarea, select, summary')]");
      return names.addAll(
          controls.stream().filter(WebElement::isDisplayed).map(WebElement::getAccessibleName).toList());
    });
    return names;
  }

  /** Errors and warnings the console has got since the last call. */
  public List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue()).map(LogEntry::getMessage).toList();
  }

  /** What this site may do: {@code granted}, {@code denied} or {@code prompt}. */
  public Browser permission(String name, String setting) {
    driver.setPermission(name, setting);
    return this;
  }

  public Browser newTab(String url) {
    driver.switchTo().newWindow(org.openqa.selenium.WindowType.TAB);
    return go(url);
  }

  public void switchToTab(int number) {
    driver.switchTo().window(driver.getWindowHandles().stream().skip(number).findFirst().orElseThrow());
  }

  public void screenshot(String name) {
    // Movements of a fifth of a second are over by then; a picture is for looking at, no test depends on it.
    Until.pause(300);
    try {
      Files.createDirectories(SCREENSHOTS);
      Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
