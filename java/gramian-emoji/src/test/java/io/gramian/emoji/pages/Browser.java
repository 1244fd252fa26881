package io.gramian.emoji.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** Headless Chromium, which shows pages as people see them. */
final class Browser {
  private static final Pattern MEASURED = Pattern.compile("<pre>([^<]*)</pre>");
  private static final Path PICTURES = Path.of("target/pages");
  private static final int HEIGHT = 12_000;

  /**
   * The page in a frame of the wanted width: windows are never narrower than 500 pixels. Boxes are
   * where elements lie on the picture.
   */
  private static final String FRAME =
      """
      <!doctype html><meta charset="utf-8">
      <style>:root { color-scheme: light dark } body { margin: 0 } iframe { border: 0 }</style>
      <iframe width="%d" height="%d" src="%s"></iframe><pre></pre>
      <script>
      onload = () => {
        const page = document.querySelector('iframe').contentDocument;
        const root = page.documentElement, lines = [];
        lines.push('page ' + root.scrollWidth + ' ' + root.clientWidth);
        lines.push('paper ' + getComputedStyle(page.body).backgroundColor);
        for (const e of page.querySelectorAll('table, img:not(.emoji)')) {
          const scroller = e.closest('.wide');
          const room = scroller ? scroller.getBoundingClientRect() : null;
          const box = e.getBoundingClientRect();
          const scrolls = room && getComputedStyle(scroller).overflowX === 'auto'
              && room.left >= 0 && room.right <= root.clientWidth
              && scroller.scrollWidth >= Math.floor(box.width);
          const fits = box.left >= 0 && box.right <= root.clientWidth + 0.5;
          lines.push(e.localName + ' ' + (fits ? 'fits' : scrolls ? 'scrolls' : 'cut'));
        }
        for (const e of page.querySelectorAll('.own')) {
          const b = e.getBoundingClientRect();
          lines.push('own ' + [b.left, b.top, b.right, b.bottom].join(' '));
        }
        document.querySelector('pre').textContent = lines.join('\\n');
      };
      </script>
      """;

  /**
   * A page as it was shown.
   *
   * @param picture of it
   * @param lines what was measured: a word, then values
   */
  record View(BufferedImage picture, List<String> lines) {
    /** The values of all lines that begin with a word. */
    List<String> of(String word) {
      return lines.stream()
          .filter(line -> line.startsWith(word + " "))
          .map(line -> line.substring(word.length() + 1))
          .toList();
    }
  }

  private final Path program;
  private final Path folder;

  private Browser(Path program, Path folder) {
    this.program = program;
    this.folder = folder;
  }

  /** The one on the PATH; a test that asks for it is skipped where there is none. */
  static Browser orSkip(Path folder) {
    List<Path> found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .flatMap(
                path ->
                    Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(path, name)))
            .filter(Files::isExecutable)
            .toList();
    assumeTrue(!found.isEmpty(), "no Chromium on the PATH");
    return new Browser(found.getFirst(), folder);
  }

  /**
   * Shows a page; the picture stays in {@code target/pages}.
   *
   * @param page the file
   * @param width in pixels
   * @param dark whether the user prefers dark pages
   * @return what was seen
   */
  View show(Path page, int width, boolean dark) throws IOException, InterruptedException {
    Path frame = folder.resolve("frame.html");
    String name = page.getFileName() + "-" + width + (dark ? "-dark" : "-light") + ".png";
    Path picture = Files.createDirectories(PICTURES).resolve(name).toAbsolutePath();
    Path out = folder.resolve("out.html");
    Path complaints = folder.resolve("complaints");
    Files.writeString(frame, FRAME.formatted(width, HEIGHT, page.toUri()));
    List<String> command = new ArrayList<>(List.of(program.toString(), "--headless"));
    command.addAll(List.of("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"));
    command.addAll(
        List.of("--disable-background-networking", "--disable-component-update", "--disable-sync"));
    command.add("--user-data-dir=" + folder.resolve("profile"));
    command.addAll(List.of("--allow-file-access-from-files", "--hide-scrollbars"));
    command.add("--blink-settings=preferredColorScheme=" + (dark ? 0 : 1));
    command.add("--window-size=" + Math.max(width, 500) + "," + HEIGHT);
    command.add("--screenshot=" + picture);
    command.addAll(List.of("--dump-dom", frame.toUri().toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(complaints.toFile())
            .start();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    Matcher measured = MEASURED.matcher(Files.readString(out));
    assertThat(measured.find()).as(Files.readString(complaints)).isTrue();
    return new View(ImageIO.read(picture.toFile()), measured.group(1).lines().toList());
  }
}
