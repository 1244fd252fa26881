// What all scores of an outer tuple (one row of each modality but the last) have in common: made
// once in double, kept in shared memory in float, and read for every row of the last modality.
#pragma once

#include "gramian/nway/factor.cuh"

namespace gramian::nway {

// What a score keeps of the outer rows. Of their factor L^-1, outer tuples that differ in the row
// of the last outer modality alone have all rows but the last in common: those are kept apart as
// `lead`.
template <u32 N>
struct Outer {
  static constexpr u32 kRows = N - 1;
  static constexpr u32 kLead = packed_size(N - 2);
  static constexpr u32 kValues = 4;
  // In shared memory: the last row, the values, the others; float4 each.
  static constexpr u32 kVectors = 2 + (kLead + 3) / 4;

  float last[kRows];     // the last row of L^-1
  float value[kValues];  // numbers of the score's own
};

template <u32 N>
__device__ __forceinline__ void store_outer(float4* memory, const Outer<N>& outer,
                                            const float (&lead)[Outer<N>::kLead]) {
  float values[Outer<N>::kVectors * 4] = {};
#pragma unroll
  for (u32 i = 0; i < Outer<N>::kRows; ++i) {
    values[i] = outer.last[i];
  }
#pragma unroll
  for (u32 i = 0; i < Outer<N>::kValues; ++i) {
    values[4 + i] = outer.value[i];
  }
#pragma unroll
  for (u32 i = 0; i < Outer<N>::kLead; ++i) {
    values[8 + i] = lead[i];
  }
#pragma unroll
  for (u32 i = 0; i < Outer<N>::kVectors; ++i) {
    store_vector(memory + i, make_float4(values[4 * i], values[4 * i + 1], values[4 * i + 2],
                                         values[4 * i + 3]));
  }
}

template <u32 N>
__device__ __forceinline__ Outer<N> load_outer(const float4* memory) {
  const float4 row = load_vector(memory);
  const float values[4] = {row.x, row.y, row.z, row.w};
  const float4 rest = load_vector(memory + 1);
  Outer<N> outer;
#pragma unroll
  for (u32 i = 0; i < Outer<N>::kRows; ++i) {
    outer.last[i] = values[i];
  }
  outer.value[0] = rest.x;
  outer.value[1] = rest.y;
  outer.value[2] = rest.z;
  outer.value[3] = rest.w;
  return outer;
}

template <u32 N>
__device__ __forceinline__ void load_lead(const float4* memory, float (&lead)[Outer<N>::kLead]) {
#pragma unroll
  for (u32 i = 0; i < Outer<N>::kVectors - 2; ++i) {
    const float4 v = load_vector(memory + 2 + i);
    const float values[4] = {v.x, v.y, v.z, v.w};
#pragma unroll
    for (u32 k = 0; k < 4; ++k) {
      if (4 * i + k < Outer<N>::kLead) {
        lead[4 * i + k] = values[k];
      }
    }
  }
}

// Makes what a score keeps of an outer tuple and writes it to shared memory.
template <u32 N, typename Score>
__device__ __forceinline__ void prepare_outer(const Source& source, const u32 (&row)[N - 1],
                                              float4* memory) {
  double gram[packed_size(N - 1)];
  read_gram<N - 1>(source, row, gram);
  Outer<N> outer{};
  float lead[Outer<N>::kLead] = {};
  Score::prepare(gram, outer, lead);
  store_outer<N>(memory, outer, lead);
}

}  // namespace gramian::nway
