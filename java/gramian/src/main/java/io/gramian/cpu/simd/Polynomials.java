package io.gramian.cpu.simd;

/** Coefficients of the approximations that the scalar and the vector code share. */
final class Polynomials {
  /** exp of less is 0. */
  static final float EXP_LOW = -87;

  /** The polynomial serves numbers of less than this as they are. */
  static final float NEAR_ZERO = 0.34f;

  static final float LOG2_E = 1.442695041f;

  /** log 2 in two parts, the first with so few bits that its multiples are exact. */
  static final float LN2_HIGH = 0.693359375f;

  static final float LN2_LOW = -2.12194440e-4f;

  /** Adding it rounds a float of moderate size to an integer in the low bits. */
  static final float ROUND = 12582912f;

  /** exp(r) = 1 + r + r^2 P(r) for |r| up to log(2) / 2, least maximal relative error 3e-9. */
  static final float EXP_0 = 0.49999994f;

  static final float EXP_1 = 0.16666521f;
  static final float EXP_2 = 0.041668389f;
  static final float EXP_3 = 0.0083687454f;
  static final float EXP_4 = 0.0013814540f;

  /** log(1 + u) = s Q(s^2), s = u / (2 + u), for u in [0, 1], relative error 4e-9. */
  static final float LOG_0 = 2f;

  static final float LOG_1 = 0.66666311f;
  static final float LOG_2 = 0.40024951f;
  static final float LOG_3 = 0.27959922f;
  static final float LOG_4 = 0.28181833f;

  private Polynomials() {}

  /** exp(x) for x up to 88. */
  static float exp(float x) {
    if (x < EXP_LOW) {
      return 0;
    }
    float rounded = x * LOG2_E + ROUND;
    float n = rounded - ROUND;
    float r = x - n * LN2_HIGH - n * LN2_LOW;
    float p = (((EXP_4 * r + EXP_3) * r + EXP_2) * r + EXP_1) * r + EXP_0;
    float mantissa = p * (r * r) + r + 1;
    int exponent = (Float.floatToRawIntBits(rounded) << 23) + 0x3F800000;
    return mantissa * Float.intBitsToFloat(exponent);
  }

  /** exp(x) - 1 for x up to 88. */
  static float expm1(float x) {
    if (Math.abs(x) >= NEAR_ZERO) {
      return exp(x) - 1;
    }
    float p = (((EXP_4 * x + EXP_3) * x + EXP_2) * x + EXP_1) * x + EXP_0;
    return p * (x * x) + x;
  }

  /** log(1 + u) for u in [0, 1]. */
  static float log1p(float u) {
    float s = u / (2 + u);
    float z = s * s;
    return s * ((((LOG_4 * z + LOG_3) * z + LOG_2) * z + LOG_1) * z + LOG_0);
  }
}
