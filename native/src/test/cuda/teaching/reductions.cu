// Sums, maxima and counts over an array, in the ways that textbooks give.
#include "instructions.cuh"

// A tree in shared memory; a sum per block.
KERNEL sum_by_a_tree(float* out, const float* in, int n) {
  extern __shared__ float part[];
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  part[threadIdx.x] = i < n ? in[i] : 0.0f;
  __syncthreads();
  for (unsigned half = blockDim.x / 2; half > 0; half >>= 1) {
    if (threadIdx.x < half) {
      part[threadIdx.x] += part[threadIdx.x + half];
    }
    __syncthreads();
  }
  if (threadIdx.x == 0) {
    out[blockIdx.x] = part[0];
  }
}

__device__ float sum_of_warp(float v) {
  for (int distance = 16; distance > 0; distance /= 2) {
    v += __shfl_down_sync(kFull, v, distance);
  }
  return v;
}

__device__ float sum_of_block(float v) {
  __shared__ float parts[32];
  const int warp = threadIdx.x / 32;
  v = sum_of_warp(v);
  if (threadIdx.x % 32 == 0) {
    parts[warp] = v;
  }
  __syncthreads();
  v = threadIdx.x < blockDim.x / 32 ? parts[threadIdx.x] : 0.0f;
  if (warp == 0) {
    v = sum_of_warp(v);
  }
  return v;
}

// A loop over the grid, four numbers at a time, then shuffles.
KERNEL sum_by_shuffles(float* out, const float* in, int n) {
  float sum = 0.0f;
  const float4* vectors = reinterpret_cast<const float4*>(in);
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n / 4; i += gridDim.x * blockDim.x) {
    const float4 v = vectors[i];
    sum += v.x + v.y + v.z + v.w;
  }
  sum = sum_of_block(sum);
  if (threadIdx.x == 0) {
    out[blockIdx.x] = sum;
  }
}

__device__ unsigned finished_blocks = 0;

// One launch for the whole sum: the block that finishes last adds up the parts of the others.
KERNEL sum_in_one_launch(float* out, float* parts, const float* in, int n) {
  __shared__ bool is_last;
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  float sum = sum_of_block(i < n ? in[i] : 0.0f);
  if (threadIdx.x == 0) {
    parts[blockIdx.x] = sum;
    __threadfence();
    const unsigned before = atomicInc(&finished_blocks, gridDim.x - 1);
    is_last = before == gridDim.x - 1;
  }
  __syncthreads();
  if (is_last) {
    __threadfence();
    sum = 0.0f;
    for (unsigned b = threadIdx.x; b < gridDim.x; b += blockDim.x) {
      sum += parts[b];
    }
    __syncthreads();
    sum = sum_of_block(sum);
    if (threadIdx.x == 0) {
      out[0] = sum;
    }
  }
}

// Largest value and where it is, the first of equal ones.
KERNEL argmax(int* out, const float* in, int n) {
  __shared__ float values[32];
  __shared__ int places[32];
  float best = -3.402823466e38f;
  int place = -1;
  for (int i = threadIdx.x; i < n; i += blockDim.x) {
    if (in[i] > best) {
      best = in[i];
      place = i;
    }
  }
  for (int mask = 16; mask > 0; mask /= 2) {
    const float other = __shfl_xor_sync(kFull, best, mask);
    const int at = __shfl_xor_sync(kFull, place, mask);
    if (other > best || (other == best && at < place)) {
      best = other;
      place = at;
    }
  }
  if (threadIdx.x % 32 == 0) {
    values[threadIdx.x / 32] = best;
    places[threadIdx.x / 32] = place;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    for (int w = 1; w < static_cast<int>(blockDim.x / 32); ++w) {
      if (values[w] > values[0] || (values[w] == values[0] && places[w] < places[0])) {
        values[0] = values[w];
        places[0] = places[w];
      }
    }
    out[0] = places[0];
  }
}

// Reductions of a warp in one instruction (sm_80).
KERNEL reductions_of_warps(int* out, const int* in, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  const int v = i < n ? in[i] : 0;
  const int sum = __reduce_add_sync(kFull, v);
  const int least = __reduce_min_sync(kFull, v);
  const int most = __reduce_max_sync(kFull, v);
  const unsigned all = __reduce_and_sync(kFull, static_cast<unsigned>(v));
  const unsigned any = __reduce_or_sync(kFull, static_cast<unsigned>(v));
  const unsigned odd = __reduce_xor_sync(kFull, static_cast<unsigned>(v));
  if (threadIdx.x % 32 == 0) {
    int* to = out + i / 32 * 6;
    to[0] = sum;
    to[1] = least;
    to[2] = most;
    to[3] = static_cast<int>(all);
    to[4] = static_cast<int>(any);
    to[5] = static_cast<int>(odd);
  }
}

// How many numbers are above a bound, by votes; one atomic per warp.
KERNEL count_above(int* count, const float* in, int n, float bound) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  const unsigned votes = __ballot_sync(kFull, i < n && in[i] > bound);
  if (threadIdx.x % 32 == 0) {
    atomicAdd(count, __popc(votes));
  }
}

// A histogram in which the lanes with the same key add up before one of them counts.
KERNEL histogram_by_matches(int* bins, const int* keys, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  const unsigned live = __ballot_sync(kFull, i < n);
  if (i < n) {
    const unsigned equal = __match_any_sync(live, keys[i]);
    if (static_cast<int>(lane_index()) == __ffs(static_cast<int>(equal)) - 1) {
      atomicAdd(bins + keys[i], __popc(equal));
    }
  }
}

KERNEL histogram_in_shared_memory(unsigned* bins, const u8* text, int n) {
  __shared__ unsigned local[256];
  for (int i = threadIdx.x; i < 256; i += blockDim.x) {
    local[i] = 0;
  }
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
    atomicAdd(&local[text[i]], 1u);
  }
  __syncthreads();
  for (int i = threadIdx.x; i < 256; i += blockDim.x) {
    if (local[i] != 0) {
      atomicAdd(&bins[i], local[i]);
    }
  }
}
