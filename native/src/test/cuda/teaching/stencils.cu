// Computations on grids and sparse structures.
#include "instructions.cuh"

constexpr int kRadius = 2;

__constant__ float kWeights[2 * kRadius + 1][2 * kRadius + 1];  // written by the test

// A convolution with a tile of 16 x 16 and its border in shared memory; zeros outside.
KERNEL convolution(float* out, const float* in, int width, int height) {
  constexpr int kSide = 16 + 2 * kRadius;
  __shared__ float tile[kSide][kSide];
  const int left = blockIdx.x * 16 - kRadius;
  const int top = blockIdx.y * 16 - kRadius;
  for (int i = threadIdx.y * 16 + threadIdx.x; i < kSide * kSide; i += 256) {
    const int x = left + i % kSide;
    const int y = top + i / kSide;
    const bool inside = x >= 0 && x < width && y >= 0 && y < height;
    tile[i / kSide][i % kSide] = inside ? in[y * width + x] : 0.0f;
  }
  __syncthreads();
  const int x = blockIdx.x * 16 + threadIdx.x;
  const int y = blockIdx.y * 16 + threadIdx.y;
  if (x < width && y < height) {
    float sum = 0.0f;
    for (int j = 0; j <= 2 * kRadius; ++j) {
      for (int i = 0; i <= 2 * kRadius; ++i) {
        sum += kWeights[j][i] * tile[threadIdx.y + j][threadIdx.x + i];
      }
    }
    out[y * width + x] = sum;
  }
}

// Seven points in three dimensions; the column along z goes through registers.
KERNEL heat(float* out, const float* in, int side, float rate) {
  const int x = blockIdx.x * blockDim.x + threadIdx.x;
  const int y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x == 0 || y == 0 || x >= side - 1 || y >= side - 1) {
    return;
  }
  const int plane = side * side;
  int at = plane + y * side + x;
  float below = in[at - plane];
  float here = in[at];
  for (int z = 1; z < side - 1; ++z, at += plane) {
    const float above = in[at + plane];
    out[at] = here + rate * (in[at - 1] + in[at + 1] + in[at - side] + in[at + side] + below +
                             above - 6.0f * here);
    below = here;
    here = above;
  }
}

// A sparse matrix by rows times a vector, a warp per row.
KERNEL sparse_product(float* y, const int* starts, const int* columns, const float* values,
                      const float* x, int rows) {
  const int row = (blockIdx.x * blockDim.x + threadIdx.x) / 32;
  if (row >= rows) {
    return;
  }
  float sum = 0.0f;
  for (int i = starts[row] + static_cast<int>(lane_index()); i < starts[row + 1]; i += 32) {
    sum += values[i] * __ldg(x + columns[i]);
  }
  for (int mask = 16; mask > 0; mask /= 2) {
    sum += __shfl_xor_sync(kFull, sum, mask);
  }
  if (lane_index() == 0) {
    y[row] = sum;
  }
}

// Accelerations of bodies that attract each other, tile by tile.
KERNEL gravity(float4* out, const float4* bodies, int n) {
  extern __shared__ float4 others[];
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  const float4 mine = i < n ? bodies[i] : make_float4(0, 0, 0, 0);
  float3 sum = make_float3(0, 0, 0);
  for (int start = 0; start < n; start += blockDim.x) {
    const int j = start + threadIdx.x;
    others[threadIdx.x] = j < n ? bodies[j] : make_float4(0, 0, 0, 0);
    __syncthreads();
#pragma unroll 4
    for (int k = 0; k < static_cast<int>(blockDim.x); ++k) {
      const float4 o = others[k];
      const float dx = o.x - mine.x;
      const float dy = o.y - mine.y;
      const float dz = o.z - mine.z;
      const float inverse = rsqrtf(dx * dx + dy * dy + dz * dz + 0.01f);
      const float pull = o.w * inverse * inverse * inverse;
      sum.x += dx * pull;
      sum.y += dy * pull;
      sum.z += dz * pull;
    }
    __syncthreads();
  }
  if (i < n) {
    out[i] = make_float4(sum.x, sum.y, sum.z, 0.0f);
  }
}

// A step of a breadth-first search: the vertices at `level` reach their neighbours.
KERNEL search_level(int* levels, int* changed, const int* starts, const int* neighbours, int n,
                    int level) {
  const int v = blockIdx.x * blockDim.x + threadIdx.x;
  if (v < n && atomicAdd(levels + v, 0) == level) {
    for (int i = starts[v]; i < starts[v + 1]; ++i) {
      if (atomicCAS(levels + neighbours[i], -1, level + 1) == -1) {
        atomicExch(changed, 1);
      }
    }
  }
}

// The game of life on a torus of bits, 32 cells a word.
KERNEL life(unsigned* out, const unsigned* in, int words, int rows) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= words * rows) {
    return;
  }
  const int column = i % words;
  const int row = i / words;
  unsigned sums[4] = {};
  unsigned alive = 0;
  for (int dy = -1; dy <= 1; ++dy) {
    const unsigned* line = in + (row + dy + rows) % rows * words;
    const unsigned here = line[column];
    const unsigned before = line[(column + words - 1) % words];
    const unsigned after = line[(column + 1) % words];
    const unsigned left = __funnelshift_l(before, here, 1);
    const unsigned right = __funnelshift_r(here, after, 1);
    const unsigned parts[3] = {left, right, here};
    for (int p = 0; p < (dy == 0 ? 2 : 3); ++p) {
      unsigned carry = parts[p];
      for (unsigned& sum : sums) {
        const unsigned next = sum & carry;
        sum ^= carry;
        carry = next;
      }
    }
    alive = dy == 0 ? here : alive;
  }
  const unsigned two_or_three = sums[1] & ~sums[2] & ~sums[3];
  out[i] = two_or_three & (sums[0] | alive);
}
