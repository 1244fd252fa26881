package io.gramian.cpu.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What loops in the Vector API share. Only such loops may touch it: the module need not be there.
 *
 * <p>Short, so that the compiler inlines it: a vector that leaves the registers is boxed.
 */
public final class Lanes {
  /** The widest vector of the machine. */
  public static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Floats of a vector. */
  public static final int COUNT = SPECIES.length();

  private Lanes() {}

  /** A vector of an array. */
  public static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(SPECIES, x, at);
  }

  /** A vector of equal values. */
  public static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  /** The first lanes. */
  public static VectorMask<Float> first(int lanes) {
    return SPECIES.indexInRange(0, lanes);
  }

  /** sum + term, of the last vector of a strip only what belongs to it. */
  public static FloatVector add(FloatVector sum, FloatVector term, int left) {
    return left < COUNT ? sum.add(term, first(left)) : sum.add(term);
  }

  /** Whether some lane is set, of the last vector of a strip only those that belong to it. */
  public static boolean any(VectorMask<Float> mask, int left) {
    return (left < COUNT ? mask.and(first(left)) : mask).anyTrue();
  }

  /** to -= v / 2. */
  public static void subtractHalf(FloatVector v, float[] to, int at) {
    v.fma(all(-0.5f), load(to, at)).intoArray(to, at);
  }

  /** The sum of all lanes, in order. */
  public static double total(FloatVector v) {
    double sum = 0;
    for (float lane : v.toArray()) {
      sum += lane;
    }
    return sum;
  }

  /** {@link Polynomials#exp}. */
  static FloatVector exp(FloatVector x) {
    FloatVector rounded = x.fma(all(Polynomials.LOG2_E), all(Polynomials.ROUND));
    FloatVector n = rounded.sub(Polynomials.ROUND);
    FloatVector r = n.fma(all(-Polynomials.LN2_HIGH), x);
    r = n.fma(all(-Polynomials.LN2_LOW), r);
    FloatVector p = all(Polynomials.EXP_4);
    p = p.fma(r, all(Polynomials.EXP_3));
    p = p.fma(r, all(Polynomials.EXP_2));
    p = p.fma(r, all(Polynomials.EXP_1));
    p = p.fma(r, all(Polynomials.EXP_0));
    FloatVector mantissa = p.fma(r.mul(r), r).add(1);
    FloatVector power =
        rounded
            .viewAsIntegralLanes()
            .lanewise(VectorOperators.LSHL, 23)
            .add(0x3F800000)
            .viewAsFloatingLanes();
    return mantissa.mul(power).blend(0, x.compare(VectorOperators.LT, Polynomials.EXP_LOW));
  }

  /** {@link Polynomials#expm1}. */
  static FloatVector expm1(FloatVector x) {
    FloatVector p = all(Polynomials.EXP_4);
    p = p.fma(x, all(Polynomials.EXP_3));
    p = p.fma(x, all(Polynomials.EXP_2));
    p = p.fma(x, all(Polynomials.EXP_1));
    p = p.fma(x, all(Polynomials.EXP_0));
    VectorMask<Float> isNear = x.abs().compare(VectorOperators.LT, Polynomials.NEAR_ZERO);
    return exp(x).sub(1).blend(p.fma(x.mul(x), x), isNear);
  }

  /** {@link Polynomials#log1p}. */
  static FloatVector log1p(FloatVector u) {
    FloatVector s = u.div(u.add(2));
    FloatVector z = s.mul(s);
    FloatVector q = all(Polynomials.LOG_4);
    q = q.fma(z, all(Polynomials.LOG_3));
    q = q.fma(z, all(Polynomials.LOG_2));
    q = q.fma(z, all(Polynomials.LOG_1));
    return q.fma(z, all(Polynomials.LOG_0)).mul(s);
  }
}
