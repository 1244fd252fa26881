// -V, V = sqrt(det M): the negative volume of the parallelotope of all rows (GRAM, arXiv
// 2412.11959).
#pragma once

#include "gramian/nway/score/gram_score.cuh"

namespace gramian::nway {

template <u32 N>
struct VolumeScore : GramScore<N> {
  using Base = GramScore<N>;
  static constexpr bool kIsRelative = false;

  template <u32 W>
  static __device__ __forceinline__ u32 evaluate(const Outer<N>& outer, const Inner (&inner)[W],
                                                 const Leading<N> (&lead)[W], const float (&c)[W],
                                                 float (&score)[W]) {
    u32 refine = 0;
#pragma unroll
    for (u32 k = 0; k < W; ++k) {
      const auto residual = Base::residual_of(outer, inner[k], lead[k], c[k]);
      refine |= residual.cancels ? 1u << k : 0u;
      score[k] = residual.value;
    }
#pragma unroll
    for (u32 k = 0; k < W; ++k) {
      score[k] = -outer.value[Base::kVolume] * fast_sqrt(score[k]);
    }
    return refine;
  }

  static __device__ __forceinline__ double exact(const double (&gram)[packed_size(N)]) {
    Factor<N> factor;
    factorize<N>(gram, factor);
    return -factor.volume;
  }

  static __device__ __forceinline__ void partials(float minimum, const Outer<N>& outer,
                                                  const Leading<N>& lead, const Inner& inner,
                                                  float c, float weight, float* moments,
                                                  Partials<N>& partials, bool& refine) {
    const auto residual = Base::residual_of(outer, inner, lead, c);
    refine = residual.cancels;
    const float reciprocal = fast_rsqrt(residual.value);
    const float volume = outer.value[Base::kVolume] * residual.value * reciprocal;
    float k = -0.5f * weight * outer.value[Base::kVolume] * reciprocal;
    k *= volume < minimum ? volume / minimum : 1.0f;
    k = refine ? 0.0f : k;
    Base::add(outer, lead, residual, k, moments, partials);
    partials.last = k;
  }

  static __device__ __forceinline__ void exact_partials(double minimum,
                                                        const double (&gram)[packed_size(N)],
                                                        float weight, float* moments,
                                                        Partials<N>& partials) {
    Factor<N> factor;
    factorize<N>(gram, factor);
    const double volume = factor.volume;
    const double scale = -0.5 * weight * volume * (volume < minimum ? volume / minimum : 1.0);
    Base::add_exact(factor, gram, scale, 0.0, moments, partials);
  }
};

}  // namespace gramian::nway
