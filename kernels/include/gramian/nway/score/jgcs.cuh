// sqrt(1 - q) or 1 - q, q = det M / product of the squared lengths: the joint generalised cosine
// (our reading of JGCS, arXiv 2505.03532). As 1 - q = rest + share |y|^2 / |x|^2, nothing cancels.
#pragma once

#include "gramian/nway/score/gram_score.cuh"

namespace gramian::nway {

template <u32 N, bool IsSquared>
struct JgcsScore : GramScore<N> {
  using Base = GramScore<N>;
  static constexpr bool kIsRelative = true;

  template <u32 W>
  static __device__ __forceinline__ u32 evaluate(const Outer<N>& outer, const Inner (&inner)[W],
                                                 const Leading<N> (&lead)[W], const float (&c)[W],
                                                 float (&score)[W]) {
    u32 refine = 0;
#pragma unroll
    for (u32 k = 0; k < W; ++k) {
      const auto residual = Base::residual_of(outer, inner[k], lead[k], c[k]);
      refine |= residual.cancels ? 1u << k : 0u;
      score[k] = residual.explained;
    }
#pragma unroll
    for (u32 k = 0; k < W; ++k) {
      score[k] = squared_of(outer, score[k], inner[k]);
    }
    if constexpr (!IsSquared) {
#pragma unroll
      for (u32 k = 0; k < W; ++k) {
        score[k] = fast_sqrt(score[k]);
      }
    }
    return refine;
  }

  static __device__ __forceinline__ double exact(const double (&gram)[packed_size(N)]) {
    Factor<N> factor;
    factorize<N>(gram, factor);
    return IsSquared ? factor.rest : sqrt(factor.rest);
  }

  static __device__ __forceinline__ void partials(float minimum, const Outer<N>& outer,
                                                  const Leading<N>& lead, const Inner& inner,
                                                  float c, float weight, float* moments,
                                                  Partials<N>& partials, bool& refine) {
    const auto residual = Base::residual_of(outer, inner, lead, c);
    refine = residual.cancels;
    float k = -weight * outer.value[Base::kShare] * inner.reciprocal;
    if constexpr (!IsSquared) {
      const float squared = squared_of(outer, residual.explained, inner);
      k *= 0.5f / fmaxf(fast_sqrt(squared), minimum);
    }
    k = refine ? 0.0f : k;
    const float kr = Base::add(outer, lead, residual, k, moments, partials);
    partials.last = fmaf(-kr, inner.reciprocal, k);
  }

  static __device__ __forceinline__ void exact_partials(double minimum,
                                                        const double (&gram)[packed_size(N)],
                                                        float weight, float* moments,
                                                        Partials<N>& partials) {
    Factor<N> factor;
    factorize<N>(gram, factor);
    double scale = -weight * factor.share;
    if constexpr (!IsSquared) {
      scale *= 0.5 / fmax(sqrt(factor.rest), minimum);
    }
    Base::add_exact(factor, gram, scale, scale, moments, partials);
  }

 private:
  static __device__ __forceinline__ float squared_of(const Outer<N>& outer, float explained,
                                                     const Inner& inner) {
    return fmaf(outer.value[Base::kShare], explained * inner.reciprocal, outer.value[Base::kRest]);
  }
};

}  // namespace gramian::nway
