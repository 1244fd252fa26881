// Prefix sums, and what they are used for.
#include "instructions.cuh"

// Inclusive, within a block, in log n steps.
KERNEL scan_hillis_steele(int* out, const int* in, int n) {
  extern __shared__ int buffers[];
  int* from = buffers;
  int* to = buffers + n;
  const int t = threadIdx.x;
  from[t] = in[t];
  __syncthreads();
  for (int distance = 1; distance < n; distance *= 2) {
    to[t] = t >= distance ? from[t] + from[t - distance] : from[t];
    __syncthreads();
    int* other = from;
    from = to;
    to = other;
  }
  out[t] = from[t];
}

// Exclusive, within a block of half as many threads, work-efficient.
KERNEL scan_blelloch(int* out, const int* in, int n) {
  extern __shared__ int tree[];
  const int t = threadIdx.x;
  tree[2 * t] = in[2 * t];
  tree[2 * t + 1] = in[2 * t + 1];
  int offset = 1;
  for (int d = n >> 1; d > 0; d >>= 1) {
    __syncthreads();
    if (t < d) {
      tree[offset * (2 * t + 2) - 1] += tree[offset * (2 * t + 1) - 1];
    }
    offset *= 2;
  }
  if (t == 0) {
    tree[n - 1] = 0;
  }
  for (int d = 1; d < n; d *= 2) {
    offset >>= 1;
    __syncthreads();
    if (t < d) {
      const int left = offset * (2 * t + 1) - 1;
      const int right = offset * (2 * t + 2) - 1;
      const int kept = tree[left];
      tree[left] = tree[right];
      tree[right] += kept;
    }
  }
  __syncthreads();
  out[2 * t] = tree[2 * t];
  out[2 * t + 1] = tree[2 * t + 1];
}

__device__ int scan_of_warp(int v) {
  for (int distance = 1; distance < 32; distance *= 2) {
    const int before = __shfl_up_sync(kFull, v, distance);
    if (static_cast<int>(lane_index()) >= distance) {
      v += before;
    }
  }
  return v;
}

__device__ int scan_of_block(int v, int* total) {
  __shared__ int sums[32];
  const int warp = threadIdx.x / 32;
  const int scanned = scan_of_warp(v);
  if (lane_index() == 31) {
    sums[warp] = scanned;
  }
  __syncthreads();
  if (warp == 0) {
    const int mine = threadIdx.x < blockDim.x / 32 ? sums[threadIdx.x] : 0;
    const int of_warps = scan_of_warp(mine);
    __syncwarp();
    sums[threadIdx.x] = of_warps;
  }
  __syncthreads();
  *total = sums[blockDim.x / 32 - 1];
  return warp == 0 ? scanned : scanned + sums[warp - 1];
}

// What a block tells the ones after it: its own sum, then the sum up to its end.
struct Progress {
  unsigned state;  // 0 nothing, 1 own sum, 2 sum of all up to here
  int own;
  int all;
};

__device__ unsigned next_tile = 0;

// Inclusive over the whole array in one launch, by decoupled look-back. Blocks take their tiles in
// the order in which they start, so that those they wait for are running.
KERNEL scan_in_one_launch(int* out, Progress* progress, const int* in, int n) {
  __shared__ int tile;
  __shared__ int before;
  if (threadIdx.x == 0) {
    tile = static_cast<int>(atomicAdd(&next_tile, 1u));
  }
  __syncthreads();
  const int i = tile * blockDim.x + threadIdx.x;
  int total;
  const int scanned = scan_of_block(i < n ? in[i] : 0, &total);
  if (threadIdx.x == 0) {
    int sum = 0;
    if (tile > 0) {
      progress[tile].own = total;
      store_release(&progress[tile].state, 1u);
      for (int t = tile - 1; t >= 0; --t) {
        unsigned state;
        do {
          state = load_acquire(&progress[t].state);
        } while (state == 0);
        if (state == 2) {
          sum += progress[t].all;
          break;
        }
        sum += progress[t].own;
      }
    }
    progress[tile].all = sum + total;
    store_release(&progress[tile].state, 2u);
    before = sum;
  }
  __syncthreads();
  if (i < n) {
    out[i] = before + scanned;
  }
}

// Keeps the even numbers, in their order. One block.
KERNEL keep_even(int* out, int* count, const int* in, int n) {
  int kept = 0;
  for (int start = 0; start < n; start += blockDim.x) {
    const int i = start + threadIdx.x;
    const bool keep = i < n && in[i] % 2 == 0;
    int total;
    const int place = scan_of_block(keep ? 1 : 0, &total);
    if (keep) {
      out[kept + place - 1] = in[i];
    }
    kept += total;
    __syncthreads();
  }
  if (threadIdx.x == 0) {
    *count = kept;
  }
}

// Sorts 2 x blockDim numbers in shared memory.
KERNEL sort_bitonic(int* out, const int* in) {
  extern __shared__ int keys[];
  const unsigned t = threadIdx.x;
  const unsigned n = 2 * blockDim.x;
  keys[t] = in[t];
  keys[t + blockDim.x] = in[t + blockDim.x];
  for (unsigned size = 2; size <= n; size *= 2) {
    for (unsigned distance = size / 2; distance > 0; distance /= 2) {
      __syncthreads();
      const unsigned low = 2 * t - (t & (distance - 1));
      const bool rises = (low & size) == 0;
      const int a = keys[low];
      const int b = keys[low + distance];
      if ((a > b) == rises) {
        keys[low] = b;
        keys[low + distance] = a;
      }
    }
  }
  __syncthreads();
  out[t] = keys[t];
  out[t + blockDim.x] = keys[t + blockDim.x];
}

// Least significant digit first, four bits at a time, one block, a number per thread.
KERNEL sort_radix(unsigned* out, const unsigned* in) {
  extern __shared__ unsigned values[];
  const unsigned t = threadIdx.x;
  unsigned value = in[t];
  for (int shift = 0; shift < 32; shift += 4) {
    int place = 0;
    int start = 0;
    for (unsigned digit = 0; digit < 16; ++digit) {
      const bool mine = (value >> shift & 15u) == digit;
      int total;
      const int scanned = scan_of_block(mine ? 1 : 0, &total);
      if (mine) {
        place = start + scanned - 1;
      }
      start += total;
      __syncthreads();
    }
    values[place] = value;
    __syncthreads();
    value = values[t];
    __syncthreads();
  }
  out[t] = value;
}
