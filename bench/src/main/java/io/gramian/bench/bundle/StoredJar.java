package io.gramian.bench.bundle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A jar, or a folder of classes, as a jar that does not compress its entries, since the archive
 * compresses them better; sorted and with fixed times.
 */
final class StoredJar {
  private static final String MANIFEST = "META-INF/MANIFEST.MF";

  /** What tells of how a jar was built, and nothing that runs. */
  private static final String BUILD_FILES = "META-INF/maven/";

  private static final LocalDateTime TIME = LocalDateTime.ofInstant(TarGz.TIME, ZoneOffset.UTC);

  private StoredJar() {}

  /**
   * The bytes of the jar.
   *
   * @param source a jar or a folder
   * @param wanted which entries to take, by their names
   */
  static byte[] of(Path source, Predicate<String> wanted) throws IOException {
    SortedMap<String, byte[]> entries =
        Files.isDirectory(source) ? folder(source, wanted) : jar(source, wanted);
    addFolders(entries);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      for (var entry : entries.entrySet()) {
        put(zip, entry.getKey(), entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static SortedMap<String, byte[]> jar(Path source, Predicate<String> wanted)
      throws IOException {
    SortedMap<String, byte[]> entries = sorted();
    try (ZipFile zip = new ZipFile(source.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        if (!entry.isDirectory() && isWanted(entry.getName(), wanted)) {
          try (InputStream in = zip.getInputStream(entry)) {
            entries.put(entry.getName(), in.readAllBytes());
          }
        }
      }
    }
    return entries;
  }

  private static SortedMap<String, byte[]> folder(Path source, Predicate<String> wanted)
      throws IOException {
    SortedMap<String, byte[]> entries = sorted();
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = source.relativize(file).toString();
        if (isWanted(name, wanted)) {
          entries.put(name, Files.readAllBytes(file));
        }
      }
    }
    return entries;
  }

  /** Entries of their own, by which class loaders know that there is something in a folder. */
  private static void addFolders(SortedMap<String, byte[]> entries) {
    for (String name : List.copyOf(entries.keySet())) {
      for (int end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1)) {
        entries.put(name.substring(0, end + 1), new byte[0]);
      }
    }
  }

  private static boolean isWanted(String name, Predicate<String> wanted) {
    return !name.startsWith(BUILD_FILES) && wanted.test(name);
  }

  /** By name, the manifest first, where readers expect it. */
  private static SortedMap<String, byte[]> sorted() {
    return new TreeMap<>(
        Comparator.comparing((String name) -> !name.equals(MANIFEST))
            .thenComparing(Comparator.naturalOrder()));
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
