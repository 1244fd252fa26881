package io.gramian.cli.train;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page of a training with places to fill, written {@code {{name}}}. */
final class PageTemplate {
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  private PageTemplate() {}

  /**
   * Fills the template.
   *
   * @param parts finished HTML by the name of its place
   */
  static String fill(Map<String, String> parts) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(PageTemplate.class.getResourceAsStream("page.html"))) {
      String template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return PLACE
          .matcher(template)
          .replaceAll(
              place -> Matcher.quoteReplacement(Objects.requireNonNull(parts.get(place.group(1)))));
    }
  }
}
