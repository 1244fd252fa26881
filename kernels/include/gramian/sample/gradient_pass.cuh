// The second half of a backward run: gradient rows = symmetric coefficients times rows.
#pragma once

#include "gramian/sample/rows.cuh"
#include "gramian/sample/workspace.cuh"

namespace gramian {

// Where the gradient of one sample goes.
struct GradientRows {
  void* gradient;  // row 0
  i64 rowStride;
  bool isFloat;  // else the type of the vectors
  bool accumulate;
};

// Writes a part's worth of numbers to a row of type G, or adds them to what is there.
template <typename G, typename T, u32 K>
__device__ __forceinline__ void store_part(const SampleRows<T, K>& rows, const GradientRows& out,
                                           u32 chunk, u32 row,
                                           float (&value)[SampleRows<T, K>::kSize]) {
  constexpr u32 kSize = SampleRows<T, K>::kSize;
  constexpr u32 kWords = SampleRows<T, K>::kWords;
  // Numbers of type G in one vector store.
  constexpr u32 kWide = kWords * 4 / sizeof(G);
  using Vector = decltype(Part<kWords>::vector);
  G* target = static_cast<G*>(out.gradient) + row * out.rowStride;
  if (rows.vectorAccess) {
    const u32 at = rows.element(chunk, 0);
    if (at >= rows.d) {
      return;
    }
#pragma unroll
    for (u32 part = 0; part < kSize; part += kWide) {
      Vector* place = reinterpret_cast<Vector*>(target + at + part);
      if (out.accumulate) {
        const Part<kWords> old = {load_vector(place)};
#pragma unroll
        for (u32 t = 0; t < kWide; ++t) {
          value[part + t] += part_element<G>(old, t);
        }
      }
      u32 word[kWords];
#pragma unroll
      for (u32 w = 0; w < kWords; ++w) {
        if constexpr (sizeof(G) == 4) {
          word[w] = __float_as_uint(value[part + w]);
        } else {
          word[w] = pack<G>(value[part + 2 * w], value[part + 2 * w + 1]);
        }
      }
      store_streaming(place, part_of(word).vector);
    }
  } else {
#pragma unroll
    for (u32 t = 0; t < kSize; ++t) {
      const u32 at = rows.element(chunk, t);
      if (at < rows.d) {
        const float old = out.accumulate ? to_float(target[at]) : 0.0f;
        target[at] = from_float<G>(old + value[t]);
      }
    }
  }
}

template <typename T, u32 K>
__device__ __forceinline__ void store_gradient(const SampleRows<T, K>& rows,
                                               const GradientRows& out, u32 chunk, u32 row,
                                               float (&value)[SampleRows<T, K>::kSize]) {
  if (sizeof(T) == 4 || out.isFloat) {
    store_part<float>(rows, out, chunk, row, value);
  } else {
    store_part<T>(rows, out, chunk, row, value);
  }
}

// Row i of coefficients times rows, in float.
template <typename T, u32 K>
__device__ __forceinline__ void combine(float (&value)[SampleRows<T, K>::kSize],
                                        const Part<kPartWords<K>> (&part)[K],
                                        const SampleWorkspace<K>& workspace, u32 i) {
  constexpr u32 kStride = SampleWorkspace<K>::kCoefficientStride;
#pragma unroll
  for (u32 quad = 0; quad < kStride; quad += 4) {
    const float4 c =
        load_vector(reinterpret_cast<const float4*>(workspace.coefficient + i * kStride + quad));
    const float coefficient[4] = {c.x, c.y, c.z, c.w};
#pragma unroll
    for (u32 j = 0; j < 4 && quad + j < K; ++j) {
#pragma unroll
      for (u32 t = 0; t < SampleRows<T, K>::kSize; ++t) {
        value[t] = fmaf(coefficient[j], part_element<T>(part[quad + j], t), value[t]);
      }
    }
  }
}

// The same in double, with the packed coefficients of workspace.matrix: the inverse of a nearly
// singular matrix has large entries whose products cancel.
template <typename T, u32 K>
__device__ __forceinline__ void precise_combine(float (&value)[SampleRows<T, K>::kSize],
                                                const SampleRows<T, K>& rows,
                                                const SampleWorkspace<K>& workspace, u32 chunk,
                                                u32 i) {
  constexpr u32 kSize = SampleRows<T, K>::kSize;
  double sum[kSize] = {};
#pragma unroll 1
  for (u32 j = 0; j < rows.k; ++j) {
    const double coefficient = workspace.matrix[packed_symmetric(i, j)];
    const auto part = rows.part(chunk, j);
#pragma unroll
    for (u32 t = 0; t < kSize; ++t) {
      sum[t] = fma(coefficient, static_cast<double>(part_element<T>(part, t)), sum[t]);
    }
  }
#pragma unroll
  for (u32 t = 0; t < kSize; ++t) {
    value[t] = static_cast<float>(sum[t]);
  }
}

// Writes the gradient of every row.
template <typename T, u32 K>
__device__ __forceinline__ void gradient_pass(SampleRows<T, K>& rows, const GradientRows& out,
                                              const SampleWorkspace<K>& workspace, bool precise) {
#pragma unroll 1
  for (u32 start = 0; start < rows.chunks; start += rows.stageChunks) {
    rows.open_window(start);
    const u32 end = rows.window_end(start);
#pragma unroll 1
    for (u32 chunk = start; chunk < end; ++chunk) {
      Part<kPartWords<K>> part[K];
#pragma unroll
      for (u32 row = 0; row < K; ++row) {
        part[row] = rows.part(chunk, row);
      }
#pragma unroll 1
      for (u32 i = 0; i < rows.k; ++i) {
        float value[SampleRows<T, K>::kSize] = {};
        if (precise) {
          precise_combine(value, rows, workspace, chunk, i);
        } else {
          combine<T, K>(value, part, workspace, i);
        }
        store_gradient(rows, out, chunk, i, value);
      }
    }
  }
}

}  // namespace gramian
