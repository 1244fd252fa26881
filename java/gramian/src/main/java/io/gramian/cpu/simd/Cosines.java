package io.gramian.cpu.simd;

/**
 * Cosines and sines of strips (see {@link StripMath}), with an absolute error below 2e-7 plus half
 * a unit in the last place of the angle. The loops have neither branches nor calls, so that the
 * compiler turns them into vector code by itself.
 */
public final class Cosines {
  /** Up to here a quotient by pi has 12 bits, and its products with HIGH and MIDDLE are exact. */
  private static final float LIMIT = 12_000;

  private static final float INVERSE_PI = (float) (1 / Math.PI);

  /** pi = HIGH + MIDDLE + LOW, the first two with 8 and 11 bits. */
  private static final float HIGH = 0x1.92p1f;

  private static final float MIDDLE = 0x1.fb4p-11f;
  private static final float LOW = (float) (Math.PI - (double) HIGH - (double) MIDDLE);

  /** Adding and subtracting it rounds to a whole number. */
  private static final float ROUNDER = 0x1.8p23f;

  private Cosines() {}

  /** angles = angles + phases; cosines = cos(angles). */
  public static void cosines(
      float[] angles, int anglesAt, float[] phases, float[] cosines, int cosinesAt, int length) {
    float largest = addPhases(angles, anglesAt, phases, length);
    if (!(largest < LIMIT)) {
      for (int i = 0; i < length; i++) {
        cosines[cosinesAt + i] = (float) Math.cos(angles[anglesAt + i]);
      }
      return;
    }
    for (int i = 0; i < length; i++) {
      float x = angles[anglesAt + i];
      float turns = (x * INVERSE_PI + ROUNDER) - ROUNDER;
      float r = ((x - turns * HIGH) - turns * MIDDLE) - turns * LOW;
      cosines[cosinesAt + i] = sign(turns) * cosine(r * r);
    }
  }

  /** Replaces angles + phases by their sines; cosines = their cosines. */
  public static void cosinesAndSines(
      float[] angles, int anglesAt, float[] phases, float[] cosines, int cosinesAt, int length) {
    float largest = addPhases(angles, anglesAt, phases, length);
    if (!(largest < LIMIT)) {
      for (int i = 0; i < length; i++) {
        double x = angles[anglesAt + i];
        cosines[cosinesAt + i] = (float) Math.cos(x);
        angles[anglesAt + i] = (float) Math.sin(x);
      }
      return;
    }
    for (int i = 0; i < length; i++) {
      float x = angles[anglesAt + i];
      float turns = (x * INVERSE_PI + ROUNDER) - ROUNDER;
      float r = ((x - turns * HIGH) - turns * MIDDLE) - turns * LOW;
      float square = r * r;
      float sign = sign(turns);
      cosines[cosinesAt + i] = sign * cosine(square);
      angles[anglesAt + i] = sign * sine(r, square);
    }
  }

  /** Returns the largest magnitude, NaN if there is one. */
  private static float addPhases(float[] angles, int anglesAt, float[] phases, int length) {
    float largest = 0;
    for (int i = 0; i < length; i++) {
      float x = angles[anglesAt + i] + phases[i];
      angles[anglesAt + i] = x;
      largest = Math.max(largest, Math.abs(x));
    }
    return largest;
  }

  /** 1 for an even number of half turns, -1 for an odd one. */
  private static float sign(float turns) {
    float half = turns * 0.5f;
    float rounded = (half + ROUNDER) - ROUNDER;
    return 1 - 4 * Math.abs(half - rounded);
  }

  /** cos r from its square, r up to pi / 2: the Taylor series, which ends there at 1e-9. */
  private static float cosine(float square) {
    float sum = -1 / 87_178_291_200f;
    sum = sum * square + 1 / 479_001_600f;
    sum = sum * square - 1 / 3_628_800f;
    sum = sum * square + 1 / 40_320f;
    sum = sum * square - 1 / 720f;
    sum = sum * square + 1 / 24f;
    sum = sum * square - 1 / 2f;
    return sum * square + 1;
  }

  /** sin r, r up to pi / 2. */
  private static float sine(float r, float square) {
    float sum = 1 / 6_227_020_800f;
    sum = sum * square - 1 / 39_916_800f;
    sum = sum * square + 1 / 362_880f;
    sum = sum * square - 1 / 5_040f;
    sum = sum * square + 1 / 120f;
    sum = sum * square - 1 / 6f;
    return sum * square * r + r;
  }
}
