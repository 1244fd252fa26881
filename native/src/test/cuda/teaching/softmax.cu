// Softmax and normalisations of rows.
#include "instructions.cuh"

__device__ __noinline__ float block_reduce(float v, bool maximum) {
  __shared__ float parts[32];
  __syncthreads();
  for (int mask = 16; mask > 0; mask /= 2) {
    const float other = __shfl_xor_sync(kFull, v, mask);
    v = maximum ? fmaxf(v, other) : v + other;
  }
  if (threadIdx.x % 32 == 0) {
    parts[threadIdx.x / 32] = v;
  }
  __syncthreads();
  const int warps = blockDim.x / 32;
  v = parts[0];
  for (int w = 1; w < warps; ++w) {
    v = maximum ? fmaxf(v, parts[w]) : v + parts[w];
  }
  return v;
}

// A block per row: largest, sum, quotient.
KERNEL softmax_three_passes(float* out, const float* in, int columns) {
  const float* row = in + static_cast<i64>(blockIdx.x) * columns;
  float* to = out + static_cast<i64>(blockIdx.x) * columns;
  float most = -3.402823466e38f;
  for (int i = threadIdx.x; i < columns; i += blockDim.x) {
    most = fmaxf(most, row[i]);
  }
  most = block_reduce(most, true);
  float sum = 0.0f;
  for (int i = threadIdx.x; i < columns; i += blockDim.x) {
    sum += expf(row[i] - most);
  }
  sum = block_reduce(sum, false);
  for (int i = threadIdx.x; i < columns; i += blockDim.x) {
    to[i] = expf(row[i] - most) / sum;
  }
}

struct Running {
  float most;
  float sum;
};

__device__ Running join(Running a, Running b) {
  const Running high = a.most > b.most ? a : b;
  const Running low = a.most > b.most ? b : a;
  return Running{high.most, high.sum + low.sum * __expf(low.most - high.most)};
}

// A warp per row, largest and sum in one pass.
KERNEL softmax_online(float* out, const float* in, int rows, int columns) {
  const int row = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32;
  if (row >= rows) {
    return;
  }
  const float* from = in + row * columns;
  Running r = {-1e30f, 0.0f};
  for (int i = lane_index(); i < columns; i += 32) {
    r = join(r, Running{from[i], 1.0f});
  }
  for (int mask = 16; mask > 0; mask /= 2) {
    r = join(r, Running{__shfl_xor_sync(kFull, r.most, mask), __shfl_xor_sync(kFull, r.sum, mask)});
  }
  for (int i = lane_index(); i < columns; i += 32) {
    out[row * columns + i] = __expf(from[i] - r.most) / r.sum;
  }
}

// The losses -log softmax(row)[label], and their gradients in place.
KERNEL cross_entropy(float* losses, float* logits, const int* labels, int columns) {
  float* row = logits + blockIdx.x * columns;
  float most = -3.402823466e38f;
  for (int i = threadIdx.x; i < columns; i += blockDim.x) {
    most = fmaxf(most, row[i]);
  }
  most = block_reduce(most, true);
  float sum = 0.0f;
  for (int i = threadIdx.x; i < columns; i += blockDim.x) {
    sum += expf(row[i] - most);
  }
  sum = block_reduce(sum, false);
  const int label = labels[blockIdx.x];
  if (threadIdx.x == 0) {
    losses[blockIdx.x] = logf(sum) + most - row[label];
  }
  __syncthreads();
  for (int i = threadIdx.x; i < columns; i += blockDim.x) {
    row[i] = expf(row[i] - most) / sum - (i == label ? 1.0f : 0.0f);
  }
}

struct Moments {
  float count;
  float mean;
  float squares;
};

__device__ Moments join(Moments a, Moments b) {
  const float count = a.count + b.count;
  if (count == 0.0f) {
    return a;
  }
  const float difference = b.mean - a.mean;
  const float part = b.count / count;
  return Moments{count, a.mean + difference * part,
                 a.squares + b.squares + difference * difference * a.count * part};
}

// A warp per row, by Welford's sums.
KERNEL layer_norm(float* out, const float* in, const float* scale, const float* shift, int columns,
                  float epsilon) {
  const float* row = in + blockIdx.x * columns;
  Moments m = {0.0f, 0.0f, 0.0f};
  for (int i = threadIdx.x; i < columns; i += 32) {
    m = join(m, Moments{1.0f, row[i], 0.0f});
  }
  for (int mask = 16; mask > 0; mask /= 2) {
    m = join(m, Moments{__shfl_xor_sync(kFull, m.count, mask), __shfl_xor_sync(kFull, m.mean, mask),
                        __shfl_xor_sync(kFull, m.squares, mask)});
  }
  const float factor = rsqrtf(m.squares / m.count + epsilon);
  for (int i = threadIdx.x; i < columns; i += 32) {
    out[blockIdx.x * columns + i] = (row[i] - m.mean) * factor * scale[i] + shift[i];
  }
}

// bf16 in and out, eight at a time.
KERNEL rms_norm_bf16(u16* out, const u16* in, int columns, float epsilon) {
  const uint4* row = reinterpret_cast<const uint4*>(in + blockIdx.x * columns);
  float sum = 0.0f;
  for (int i = threadIdx.x; i < columns / 8; i += blockDim.x) {
    const uint4 v = row[i];
    const unsigned words[4] = {v.x, v.y, v.z, v.w};
    for (unsigned word : words) {
      const float low = __uint_as_float(word << 16);
      const float high = __uint_as_float(word & 0xffff0000u);
      sum += low * low + high * high;
    }
  }
  const float factor = 1.0f / sqrtf(block_reduce(sum, false) / columns + epsilon);
  uint4* to = reinterpret_cast<uint4*>(out + blockIdx.x * columns);
  for (int i = threadIdx.x; i < columns / 8; i += blockDim.x) {
    const uint4 v = row[i];
    unsigned words[4] = {v.x, v.y, v.z, v.w};
    for (unsigned& word : words) {
      word = pack_bf16(__uint_as_float(word << 16) * factor,
                       __uint_as_float(word & 0xffff0000u) * factor);
    }
    to[i] = make_uint4(words[0], words[1], words[2], words[3]);
  }
}

KERNEL gelu(float* out, const float* in, int n, int exact) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    const float x = in[i];
    out[i] = exact != 0 ? 0.5f * x * (1.0f + erff(x * 0.70710678f))
                        : 0.5f * x * (1.0f + tanhf(0.79788456f * (x + 0.044715f * x * x * x)));
  }
}

struct AdamSettings {
  float rate;
  float beta1;
  float beta2;
  float epsilon;
  float decay;
  int step;
};

KERNEL adam(float* parameters, float* first, float* second, const float* gradients, int n,
            AdamSettings s) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    const float g = gradients[i];
    const float m = fmaf(s.beta1, first[i], (1.0f - s.beta1) * g);
    const float v = fmaf(s.beta2, second[i], (1.0f - s.beta2) * g * g);
    first[i] = m;
    second[i] = v;
    const float mean = m / (1.0f - powf(s.beta1, static_cast<float>(s.step)));
    const float square = v / (1.0f - powf(s.beta2, static_cast<float>(s.step)));
    parameters[i] -= s.rate * (mean / (sqrtf(square) + s.epsilon) + s.decay * parameters[i]);
  }
}
