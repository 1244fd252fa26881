package io.gramian.kernels.compiler;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Hash of everything that an image depends on. Each part is hashed with a label and its length, so
 * that no two different lists of parts give the same key.
 */
public final class CacheKey {
  private final MessageDigest digest;

  /** Creates an empty key. */
  public CacheKey() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Adds a text.
   *
   * @param label what the text is, for example {@code options}
   * @param text the text
   * @return this
   */
  public CacheKey add(String label, String text) {
    addPart(label.getBytes(StandardCharsets.UTF_8));
    addPart(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /**
   * Adds the content of files and their names relative to a folder. Where the folder lies does not
   * enter the key, so that two checkouts share images.
   *
   * @param folder the folder that the names are relative to
   * @param files the files, in an order that does not vary
   * @return this
   * @throws IOException if a file cannot be read
   */
  public CacheKey addFiles(Path folder, List<Path> files) throws IOException {
    for (Path file : files) {
      String name = folder.relativize(file).toString().replace('\\', '/');
      addPart(name.getBytes(StandardCharsets.UTF_8));
      addPart(Files.readAllBytes(file));
    }
    return this;
  }

  /**
   * Returns the key and ends its use.
   *
   * @return 64 hexadecimal digits
   */
  public String finish() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private void addPart(byte[] bytes) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }
}
