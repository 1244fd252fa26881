package io.gramian.emoji.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import javax.imageio.ImageIO;

/** A sheet of small pictures in a grid of padded cells. */
public final class SpriteSheet {
  /** The width and height of a picture in pixels. */
  public static final int PICTURE = 32;

  private static final int PADDING = 1;
  private static final int CELL = PICTURE + 2 * PADDING;

  private final BufferedImage image;

  private SpriteSheet(BufferedImage image) {
    this.image = image;
  }

  /**
   * Loads a sheet that is shipped with the application.
   *
   * @param resource the file name beside this class
   * @return the sheet
   * @throws IOException if it cannot be decoded
   */
  static SpriteSheet load(String resource) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(SpriteSheet.class.getResourceAsStream(resource), resource)) {
      ImageIO.setUseCache(false); // no file in the folder for temporary ones
      BufferedImage image = ImageIO.read(in);
      if (image == null) {
        throw new IOException(resource + " is not an image");
      }
      return new SpriteSheet(image);
    }
  }

  /**
   * The pixels of one picture.
   *
   * @param cell its place
   * @return 32 x 32 values, row by row, as 0xAARRGGBB, colours not multiplied by alpha
   */
  public int[] pixels(Emoji.Cell cell) {
    return image.getRGB(left(cell), top(cell), PICTURE, PICTURE, null, 0, PICTURE);
  }

  /**
   * One picture as a PNG file.
   *
   * @param cell its place
   * @return the bytes of the file
   * @throws IOException if encoding fails
   */
  public byte[] png(Emoji.Cell cell) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image.getSubimage(left(cell), top(cell), PICTURE, PICTURE), "png", out);
    return out.toByteArray();
  }

  private static int left(Emoji.Cell cell) {
    return cell.column() * CELL + PADDING;
  }

  private static int top(Emoji.Cell cell) {
    return cell.row() * CELL + PADDING;
  }
}
