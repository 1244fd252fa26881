// softmax(q k^T / sqrt(d)) v, in one pass over the keys: scalar, and on the tensor cores.
#include "instructions.cuh"

constexpr int kDim = 64;

// A thread per query; keys and values come by tiles of 32 through shared memory.
KERNEL attention_scalar(float* out, const float* q, const float* k, const float* v, int length,
                        int causal) {
  __shared__ float keys[32][kDim];
  __shared__ float values[32][kDim];
  const int row = blockIdx.x * blockDim.x + threadIdx.x;
  float query[kDim];
  float sums[kDim];
  for (int d = 0; d < kDim; ++d) {
    query[d] = row < length ? q[row * kDim + d] * 0.125f : 0.0f;
    sums[d] = 0.0f;
  }
  float most = -1e30f;
  float total = 0.0f;
  for (int start = 0; start < length; start += 32) {
    __syncthreads();
    for (int i = threadIdx.x; i < 32 * kDim; i += blockDim.x) {
      const bool there = start + i / kDim < length;
      keys[i / kDim][i % kDim] = there ? k[start * kDim + i] : 0.0f;
      values[i / kDim][i % kDim] = there ? v[start * kDim + i] : 0.0f;
    }
    __syncthreads();
    for (int j = 0; j < 32 && start + j < length; ++j) {
      if (causal != 0 && start + j > row) {
        break;
      }
      float score = 0.0f;
      for (int d = 0; d < kDim; ++d) {
        score = fmaf(query[d], keys[j][d], score);
      }
      const float next = fmaxf(most, score);
      const float keep = __expf(most - next);
      const float weight = __expf(score - next);
      total = total * keep + weight;
      for (int d = 0; d < kDim; ++d) {
        sums[d] = sums[d] * keep + weight * values[j][d];
      }
      most = next;
    }
  }
  if (row < length) {
    for (int d = 0; d < kDim; ++d) {
      out[row * kDim + d] = sums[d] / total;
    }
  }
}

// Rows of 64 bf16 are 8 pieces of 16 bytes, exchanged so that ldmatrix meets no bank twice.
__device__ __forceinline__ int piece_at(int row, int piece) {
  return row * kDim + ((piece ^ row) & 7) * 8;
}

__device__ __forceinline__ void start_rows(u16* to, const u16* from, int rows) {
  for (int i = threadIdx.x; i < rows * 8; i += blockDim.x) {
    copy_async<16>(to + piece_at(i / 8, i % 8), from + i * 8);
  }
}

// Four warps, each with 16 of the block's 64 queries; 64 keys at a time, two stages; bf16 in, f32
// out. `length` is a multiple of 64.
KERNEL attention_tensor(float* out, const u16* q, const u16* k, const u16* v, int length) {
  extern __shared__ __align__(128) u16 buffer[];
  u16* queries = buffer;
  u16* stages = buffer + 64 * kDim;
  const int lane = lane_index();
  const int warp = threadIdx.x / 32;
  start_rows(queries, q + blockIdx.x * 64 * kDim, 64);
  start_rows(stages, k, 64);
  start_rows(stages + 64 * kDim, v, 64);
  commit_copies();
  float sums[8][4] = {};
  float most[2] = {-1e30f, -1e30f};
  float total[2] = {};
  for (int start = 0, at = 0; start < length; start += 64, at ^= 1) {
    if (start + 64 < length) {
      u16* next = stages + (at ^ 1) * 2 * 64 * kDim;
      start_rows(next, k + (start + 64) * kDim, 64);
      start_rows(next + 64 * kDim, v + (start + 64) * kDim, 64);
    }
    commit_copies();
    wait_for_copies<1>();
    __syncthreads();
    const u16* keys = stages + at * 2 * 64 * kDim;
    const u16* values = keys + 64 * kDim;
    float scores[8][4] = {};
    for (int depth = 0; depth < 4; ++depth) {
      u32 a[4];
      load_matrices(a, queries + piece_at(warp * 16 + lane % 16, depth * 2 + lane / 16));
      for (int pair = 0; pair < 4; ++pair) {
        u32 b[4];
        load_matrices(
            b, keys + piece_at(pair * 16 + lane / 16 * 8 + lane % 8, depth * 2 + lane / 8 % 2));
        multiply_bf16(scores[2 * pair], a, b[0], b[1]);
        multiply_bf16(scores[2 * pair + 1], a, b[2], b[3]);
      }
    }
    for (int half = 0; half < 2; ++half) {
      float next = most[half];
      for (int j = 0; j < 8; ++j) {
        next = fmaxf(next, fmaxf(scores[j][2 * half], scores[j][2 * half + 1]) * 0.125f);
      }
      next = fmaxf(next, __shfl_xor_sync(kFull, next, 1));
      next = fmaxf(next, __shfl_xor_sync(kFull, next, 2));
      const float keep = __expf(most[half] - next);
      most[half] = next;
      total[half] *= keep;
      for (int j = 0; j < 8; ++j) {
        for (int i = 2 * half; i < 2 * half + 2; ++i) {
          scores[j][i] = __expf(scores[j][i] * 0.125f - next);
          total[half] += scores[j][i];
          sums[j][i] *= keep;
        }
      }
    }
    // The layout of the scores as results is that of the left operand.
    for (int step = 0; step < 4; ++step) {
      const u32 a[4] = {pack_bf16(scores[2 * step][0], scores[2 * step][1]),
                        pack_bf16(scores[2 * step][2], scores[2 * step][3]),
                        pack_bf16(scores[2 * step + 1][0], scores[2 * step + 1][1]),
                        pack_bf16(scores[2 * step + 1][2], scores[2 * step + 1][3])};
      for (int pair = 0; pair < 4; ++pair) {
        u32 b[4];
        load_matrices_transposed(b, values + piece_at(step * 16 + lane % 16, pair * 2 + lane / 16));
        multiply_bf16(sums[2 * pair], a, b[0], b[1]);
        multiply_bf16(sums[2 * pair + 1], a, b[2], b[3]);
      }
    }
    __syncthreads();
  }
  for (int half = 0; half < 2; ++half) {
    total[half] += __shfl_xor_sync(kFull, total[half], 1);
    total[half] += __shfl_xor_sync(kFull, total[half], 2);
    const int row = blockIdx.x * 64 + warp * 16 + half * 8 + lane / 4;
    for (int j = 0; j < 8; ++j) {
      float2* to = reinterpret_cast<float2*>(out + row * kDim + j * 8 + lane % 4 * 2);
      *to = make_float2(sums[j][2 * half] / total[half], sums[j][2 * half + 1] / total[half]);
    }
  }
}
