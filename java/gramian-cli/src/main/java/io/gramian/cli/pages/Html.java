package io.gramian.cli.pages;

import java.util.Base64;

/** Pieces of HTML. */
public final class Html {
  private Html() {}

  /**
   * Text with the characters that mean something in HTML written as references.
   *
   * @param text plain text
   * @return the same for a page, within quotes too
   */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /**
   * A picture within the page.
   *
   * @param png the bytes of the file
   * @param description plain text; escaped here
   * @param style the class
   * @return the element
   */
  public static String image(byte[] png, String description, String style) {
    return "<img class=\""
        + style
        + "\" alt=\""
        + escape(description)
        + "\" src=\""
        + address(png)
        + "\">";
  }

  /** A picture as an address that holds all of it. */
  static String address(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }
}
