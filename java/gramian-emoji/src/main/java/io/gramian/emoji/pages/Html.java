package io.gramian.emoji.pages;

import java.util.Base64;

/** Pieces of HTML. */
public final class Html {
  private Html() {}

  /** Text with the characters that mean something in HTML written as references. */
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
   */
  public static String image(byte[] png, String description, String style) {
    return "<img class=\""
        + style
        + "\" alt=\""
        + escape(description)
        + "\" src=\"data:image/png;base64,"
        + Base64.getEncoder().encodeToString(png)
        + "\">";
  }
}
