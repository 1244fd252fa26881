package io.gramian.emoji.pages;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pages with places to fill, written {@code {{name}}}. */
final class PageTemplate {
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  private PageTemplate() {}

  /**
   * Fills a template.
   *
   * @param name of the resource
   * @param parts finished HTML by the name of its place
   */
  static String fill(String name, Map<String, String> parts) throws IOException {
    try (InputStream in = Objects.requireNonNull(PageTemplate.class.getResourceAsStream(name))) {
      String template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return PLACE
          .matcher(template)
          .replaceAll(
              place -> Matcher.quoteReplacement(Objects.requireNonNull(parts.get(place.group(1)))));
    }
  }
}
