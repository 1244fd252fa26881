// -(|u|^2 |w|^2 - <u, w>^2) / 2, u = a - m_1, w = a - m_2: the negative area of the triangle of
// three rows, as TRIANGLE's code has it (arXiv 2509.24734).
#pragma once

#include "gramian/nway/score.cuh"

namespace gramian::nway {

struct AreaScore {
  static constexpr bool kHasTrace = false;
  static constexpr bool kIsRelative = false;

  // The part of |u|^2 (|a|^2 + |m_2|^2) that a determinant in float should exceed, and the part of
  // |a|^2 + |m_1|^2 that |u|^2 should exceed.
  static constexpr double kCancellation = 1e-2;
  static constexpr double kSideCancellation = 1e-3;

  // Places in Outer::value: |u|^2; |a|^2; |a|^2 - <a, m_1>; the factor of |a|^2 + |m_2|^2 below
  // which a determinant needs double. The rows of L^-1 are not used.
  static constexpr u32 kSide = 0;
  static constexpr u32 kAnchor = 1;
  static constexpr u32 kMixed = 2;
  static constexpr u32 kThreshold = 3;

  static __device__ __forceinline__ void prepare(const double (&gram)[packed_size(2)],
                                                 Outer<3>& outer, float (&)[Outer<3>::kLead]) {
    const double squared = gram[packed(0, 0)];
    const double other = gram[packed(1, 1)];
    const double product = gram[packed(1, 0)];
    const double side = squared + other - 2.0 * product;
    const bool tiny = side <= kSideCancellation * (squared + other);
    outer.value[kSide] = static_cast<float>(side);
    outer.value[kAnchor] = static_cast<float>(squared);
    outer.value[kMixed] = static_cast<float>(squared - product);
    outer.value[kThreshold] = tiny ? 1e30f : static_cast<float>(kCancellation * side);
  }

  template <u32 W>
  static __device__ __forceinline__ u32 evaluate(const Outer<3>& outer, const Inner (&inner)[W],
                                                 const Leading<3> (&lead)[W], const float (&c)[W],
                                                 float (&score)[W]) {
    u32 refine = 0;
#pragma unroll
    for (u32 k = 0; k < W; ++k) {
      const Triangle triangle = triangle_of(outer, lead[k], inner[k], c[k]);
      refine |= triangle.cancels ? 1u << k : 0u;
      score[k] = -0.5f * triangle.determinant;
    }
    return refine;
  }

  static __device__ __forceinline__ double exact(const double (&gram)[packed_size(3)]) {
    const Sides sides = sides_of(gram);
    return -0.5 * (sides.u * sides.w - sides.mixed * sides.mixed);
  }

  static __device__ __forceinline__ void partials(float, const Outer<3>& outer,
                                                  const Leading<3>& lead, const Inner& inner,
                                                  float c, float weight, float* moments,
                                                  Partials<3>& partials, bool& refine) {
    const Triangle triangle = triangle_of(outer, lead, inner, c);
    refine = triangle.cancels;
    const float w = refine ? 0.0f : weight;
    const float side = outer.value[kSide];
    moments[packed(0, 0)] =
        fmaf(w, triangle.mixed - 0.5f * (side + triangle.w), moments[packed(0, 0)]);
    moments[packed(1, 0)] = fmaf(0.5f * w, triangle.w - triangle.mixed, moments[packed(1, 0)]);
    moments[packed(1, 1)] = fmaf(-0.5f * w, triangle.w, moments[packed(1, 1)]);
    partials.cross[0] = w * (side - triangle.mixed);
    partials.cross[1] = w * triangle.mixed;
    partials.last = -0.5f * w * side;
  }

  static __device__ __forceinline__ void exact_partials(double,
                                                        const double (&gram)[packed_size(3)],
                                                        float weight, float* moments,
                                                        Partials<3>& partials) {
    const Sides sides = sides_of(gram);
    moments[packed(0, 0)] += static_cast<float>(weight * (sides.mixed - 0.5 * (sides.u + sides.w)));
    moments[packed(1, 0)] += static_cast<float>(0.5 * weight * (sides.w - sides.mixed));
    moments[packed(1, 1)] += static_cast<float>(-0.5 * weight * sides.w);
    partials.cross[0] = static_cast<float>(weight * (sides.u - sides.mixed));
    partials.cross[1] = static_cast<float>(weight * sides.mixed);
    partials.last = static_cast<float>(-0.5 * weight * sides.u);
  }

 private:
  // |w|^2, <u, w> and |u|^2 |w|^2 - <u, w>^2, in float.
  struct Triangle {
    float w;
    float mixed;
    float determinant;
    bool cancels;
  };

  static __device__ __forceinline__ Triangle triangle_of(const Outer<3>& outer,
                                                         const Leading<3>& lead, const Inner& inner,
                                                         float c) {
    Triangle triangle;
    triangle.w = fmaf(-2.0f, lead.c[0], outer.value[kAnchor] + inner.squared);
    triangle.mixed = outer.value[kMixed] - lead.c[0] + c;
    triangle.determinant = fmaf(outer.value[kSide], triangle.w, -triangle.mixed * triangle.mixed);
    triangle.cancels =
        triangle.determinant <= outer.value[kThreshold] * (outer.value[kAnchor] + inner.squared);
    return triangle;
  }

  // |u|^2, |w|^2 and <u, w> from the Gram matrix of (a, m_1, m_2).
  struct Sides {
    double u;
    double w;
    double mixed;
  };

  static __device__ __forceinline__ Sides sides_of(const double (&gram)[packed_size(3)]) {
    const double a = gram[packed(0, 0)];
    return Sides{a + gram[packed(1, 1)] - 2.0 * gram[packed(1, 0)],
                 a + gram[packed(2, 2)] - 2.0 * gram[packed(2, 0)],
                 a - gram[packed(2, 0)] - gram[packed(1, 0)] + gram[packed(2, 1)]};
  }
};

}  // namespace gramian::nway
