// Transposes of a matrix of `rows` x `columns`, and other moves of data.
#include "instructions.cuh"

constexpr int kTile = 32;
constexpr int kRowsAtOnce = 8;

KERNEL transpose_directly(float* out, const float* in, int rows, int columns) {
  const int column = blockIdx.x * blockDim.x + threadIdx.x;
  const int row = blockIdx.y * blockDim.y + threadIdx.y;
  if (row < rows && column < columns) {
    out[column * rows + row] = in[row * columns + column];
  }
}

// All of a column of the tile lies in one bank.
KERNEL transpose_conflicting(float* out, const float* in, int rows, int columns) {
  __shared__ float tile[kTile][kTile];
  int x = blockIdx.x * kTile + threadIdx.x;
  int y = blockIdx.y * kTile + threadIdx.y;
  for (int j = 0; j < kTile; j += kRowsAtOnce) {
    if (x < columns && y + j < rows) {
      tile[threadIdx.y + j][threadIdx.x] = in[(y + j) * columns + x];
    }
  }
  __syncthreads();
  x = blockIdx.y * kTile + threadIdx.x;
  y = blockIdx.x * kTile + threadIdx.y;
  for (int j = 0; j < kTile; j += kRowsAtOnce) {
    if (x < rows && y + j < columns) {
      out[(y + j) * rows + x] = tile[threadIdx.x][threadIdx.y + j];
    }
  }
}

// The column of padding keeps the columns of the tile out of one bank.
KERNEL transpose_padded(float* out, const float* in, int rows, int columns) {
  __shared__ float tile[kTile][kTile + 1];
  int x = blockIdx.x * kTile + threadIdx.x;
  int y = blockIdx.y * kTile + threadIdx.y;
  for (int j = 0; j < kTile; j += kRowsAtOnce) {
    if (x < columns && y + j < rows) {
      tile[threadIdx.y + j][threadIdx.x] = in[(y + j) * columns + x];
    }
  }
  __syncthreads();
  x = blockIdx.y * kTile + threadIdx.x;
  y = blockIdx.x * kTile + threadIdx.y;
  for (int j = 0; j < kTile; j += kRowsAtOnce) {
    if (x < rows && y + j < columns) {
      out[(y + j) * rows + x] = tile[threadIdx.x][threadIdx.y + j];
    }
  }
}

// An exclusive or does what the padding does.
KERNEL transpose_swizzled(float* out, const float* in, int rows, int columns) {
  __shared__ float tile[kTile * kTile];
  int x = blockIdx.x * kTile + threadIdx.x;
  int y = blockIdx.y * kTile + threadIdx.y;
  for (int j = 0; j < kTile; j += kRowsAtOnce) {
    if (x < columns && y + j < rows) {
      const int row = threadIdx.y + j;
      tile[row * kTile + (threadIdx.x ^ row)] = in[(y + j) * columns + x];
    }
  }
  __syncthreads();
  x = blockIdx.y * kTile + threadIdx.x;
  y = blockIdx.x * kTile + threadIdx.y;
  for (int j = 0; j < kTile; j += kRowsAtOnce) {
    if (x < rows && y + j < columns) {
      const int column = threadIdx.y + j;
      out[(y + j) * rows + x] = tile[threadIdx.x * kTile + (column ^ threadIdx.x)];
    }
  }
}

struct Pixel {
  u8 red;
  u8 green;
  u8 blue;
  u8 alpha;
};

// Structures of bytes to planes.
KERNEL split_channels(u8* red, u8* green, u8* blue, const Pixel* pixels, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    const Pixel p = pixels[i];
    red[i] = p.red;
    green[i] = p.green;
    blue[i] = p.blue;
  }
}

// Rows of a table by index, 16 bytes at a time; a negative index gives zeros.
KERNEL gather_rows(float4* out, const float4* table, const i64* indices, int row_vectors) {
  const i64 index = indices[blockIdx.x];
  for (int i = threadIdx.x; i < row_vectors; i += blockDim.x) {
    out[static_cast<i64>(blockIdx.x) * row_vectors + i] =
        index < 0 ? make_float4(0, 0, 0, 0) : __ldg(table + index * row_vectors + i);
  }
}

// Rotates pairs of a row by an angle that grows with the row and falls with the column.
KERNEL rotary_embedding(float* x, int rows, int half, float base) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < rows * half) {
    const int row = i / half;
    const int pair = i % half;
    const float angle = row * powf(base, -static_cast<float>(pair) / half);
    float sine;
    float cosine;
    sincosf(angle, &sine, &cosine);
    float2* p = reinterpret_cast<float2*>(x) + i;
    const float2 v = *p;
    *p = make_float2(v.x * cosine - v.y * sine, v.x * sine + v.y * cosine);
  }
}
