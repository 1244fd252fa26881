package io.gramian.cli.pages;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pages with places to fill, written {@code {{name}}}. */
public final class PageTemplate {
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  private PageTemplate() {}

  /**
   * Fills a template.
   *
   * @param template the resource; closed here
   * @param parts finished HTML by the name of its place
   * @return the page
   * @throws IOException if it cannot be read
   */
  public static String fill(InputStream template, Map<String, String> parts) throws IOException {
    try (InputStream in = Objects.requireNonNull(template)) {
      return PLACE
          .matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .replaceAll(
              place -> Matcher.quoteReplacement(Objects.requireNonNull(parts.get(place.group(1)))));
    }
  }
}
