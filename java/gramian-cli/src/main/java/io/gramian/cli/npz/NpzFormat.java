package io.gramian.cli.npz;

import io.gramian.cli.io.AtomicOutput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Reads and writes npz files: zip archives, stored or deflated, of npy arrays. */
public final class NpzFormat {
  private static final String SUFFIX = ".npy";

  /** What the JDK says of methods of compression that it does not know. */
  private static final Pattern METHOD = Pattern.compile("compression method: (\\d+)");

  /** Methods of zip archives by number: the first two are those that Python writes. */
  private static final Map<String, String> COMPRESSIONS =
      Map.of("12", "bzip2", "14", "lzma", "93", "zstandard", "9", "deflate64");

  /** A byte that is deflated stands for this many at most. */
  private static final long MOST_INFLATION = 1032;

  private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

  private NpzFormat() {}

  /**
   * Reads every array of a file. Entries that are not named {@code *.npy} are passed over.
   *
   * @param file the npz file
   * @return the arrays by name without {@code .npy}, in the order of the file
   * @throws NpzException if the file is missing, damaged or holds an unsupported array; the message
   *     names the file and the array
   * @throws IOException if reading fails
   */
  public static Map<String, NpyArray> read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new NpzException(file + " is a folder, not an npz file");
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Map<String, NpyArray> arrays = new LinkedHashMap<>();
      for (Enumeration<? extends ZipEntry> e = zip.entries(); e.hasMoreElements(); ) {
        ZipEntry entry = e.nextElement();
        if (entry.getName().endsWith(SUFFIX)) {
          String name = entry.getName().substring(0, entry.getName().length() - SUFFIX.length());
          if (arrays.containsKey(name)) {
            throw new NpzException(file + " holds the array '" + entry.getName() + "' twice");
          }
          arrays.put(name, readEntry(file, zip, entry));
        }
      }
      return arrays;
    } catch (NoSuchFileException e) {
      throw new NpzException(file + " does not exist", e);
    } catch (ZipException e) {
      throw new NpzException(file + reason(e), e);
    } catch (EOFException e) {
      throw new NpzException(file + " cannot be read as an npz file (it ends too early)", e);
    }
  }

  private static NpyArray readEntry(Path file, ZipFile zip, ZipEntry entry) throws IOException {
    String what = file + ": array '" + entry.getName() + "' ";
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), crc)) {
      NpyArray array = NpyFormat.read(in, mostBytes(entry));
      in.transferTo(OutputStream.nullOutputStream());
      if (crc.getValue() != entry.getCrc()) {
        throw new NpzException("is damaged (its checksum does not match)");
      }
      return array;
    } catch (NpzException e) {
      throw new NpzException(what + e.getMessage(), e);
    } catch (IOException e) {
      throw new NpzException(what + "is damaged (" + e.getMessage() + ")", e);
    }
  }

  private static String reason(ZipException e) {
    Matcher method = METHOD.matcher(String.valueOf(e.getMessage()));
    return method.find()
        ? " has arrays compressed by "
            + COMPRESSIONS.getOrDefault(method.group(1), "method " + method.group(1))
            + ", which is not read: write them with numpy.savez or numpy.savez_compressed"
        : " cannot be read as an npz file (" + e.getMessage() + ")";
  }

  /** What an entry can hold at most, whatever it says. */
  private static long mostBytes(ZipEntry entry) {
    long packed = entry.getCompressedSize();
    return Math.min(
        entry.getSize(),
        entry.getMethod() == ZipEntry.STORED ? packed : MOST_INFLATION * (packed + 1));
  }

  /**
   * Writes arrays to a file, stored without compression as {@code numpy.savez} does. The file
   * appears whole or not at all.
   *
   * @param file the npz file; replaced if it exists
   * @param arrays the arrays by name without {@code .npy}
   * @throws IOException if writing fails
   */
  public static void write(Path file, Map<String, NpyArray> arrays) throws IOException {
    AtomicOutput.write(file, out -> writeZip(out, arrays));
  }

  private static void writeZip(OutputStream out, Map<String, NpyArray> arrays) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, NpyArray> named : arrays.entrySet()) {
        ZipEntry entry = new ZipEntry(named.getKey() + SUFFIX);
        // A stored entry carries its size and checksum before its bytes.
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(NpyFormat.encodedBytes(named.getValue()));
        entry.setCrc(checksum(named.getValue()));
        // A fixed time makes equal results equal files.
        entry.setTimeLocal(EPOCH);
        zip.putNextEntry(entry);
        NpyFormat.write(zip, named.getValue());
        zip.closeEntry();
      }
    }
  }

  private static long checksum(NpyArray array) throws IOException {
    CRC32 crc = new CRC32();
    NpyFormat.write(new CheckedOutputStream(OutputStream.nullOutputStream(), crc), array);
    return crc.getValue();
  }
}
