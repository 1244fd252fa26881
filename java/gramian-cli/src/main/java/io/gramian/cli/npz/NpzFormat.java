package io.gramian.cli.npz;

import io.gramian.cli.io.AtomicOutput;
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
          arrays.put(name, readEntry(file, zip, entry));
        }
      }
      return arrays;
    } catch (NoSuchFileException e) {
      throw new NpzException(file + " does not exist", e);
    } catch (ZipException e) {
      throw new NpzException(file + " is not a complete npz file (" + e.getMessage() + ")", e);
    }
  }

  private static NpyArray readEntry(Path file, ZipFile zip, ZipEntry entry) throws IOException {
    String what = file + ": array '" + entry.getName() + "' ";
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), crc)) {
      NpyArray array = NpyFormat.read(in);
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
