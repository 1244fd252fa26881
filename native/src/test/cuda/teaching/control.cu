// Control flow: lanes that part and meet again, loops of different lengths, jumps by a table.
#include "instructions.cuh"

// How many steps until 1 is reached: every lane another number.
KERNEL collatz(int* out, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    i64 x = i + 1;
    int steps = 0;
    while (x != 1) {
      x = x % 2 == 0 ? x / 2 : 3 * x + 1;
      ++steps;
    }
    out[i] = steps;
  }
}

KERNEL mandelbrot(u8* out, int width, int height, int limit) {
  const int column = blockIdx.x * blockDim.x + threadIdx.x;
  const int row = blockIdx.y * blockDim.y + threadIdx.y;
  if (column >= width || row >= height) {
    return;
  }
  const double a = -2.0 + 3.0 * column / width;
  const double b = -1.5 + 3.0 * row / height;
  double x = 0.0;
  double y = 0.0;
  int i = 0;
  for (; i < limit; ++i) {
    const double xx = x * x;
    const double yy = y * y;
    if (xx + yy > 4.0) {
      break;
    }
    y = 2.0 * x * y + b;
    x = xx - yy + a;
  }
  out[row * width + column] = static_cast<u8>(i);
}

__device__ __noinline__ int interpret(const u8* code, int x) {
  int stack[8];
  int top = 0;
  stack[0] = x;
  for (int at = 0;; ++at) {
    switch (code[at]) {
      case 0:
        return stack[top];
      case 1:
        ++stack[top];
        break;
      case 2:
        stack[top] *= 3;
        break;
      case 3:
        stack[top + 1] = stack[top];
        ++top;
        break;
      case 4:
        stack[top - 1] += stack[top];
        --top;
        break;
      case 5:
        stack[top] = -stack[top];
        break;
      case 6:
        if (stack[top] > 50) {
          return stack[top];
        }
        break;
      case 7:
        at = 0;
        stack[top] += 7;
        break;
      case 8:
        stack[top] ^= at;
        break;
      case 9:
        stack[top] >>= 1;
        break;
      default:
        return -1;
    }
  }
}

// A small machine: each lane with a program of its own.
KERNEL interpreters(int* out, const u8* programs, int length, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    out[i] = interpret(programs + i % 4 * length, i);
  }
}

KERNEL search_sorted(int* out, const float* sorted, int count, const float* keys, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) {
    return;
  }
  int low = 0;
  int high = count;
  while (low < high) {
    const int middle = (low + high) / 2;
    if (sorted[middle] < keys[i]) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  out[i] = low;
}

// Votes among the lanes that are still in a loop.
KERNEL votes_in_a_loop(unsigned* out, const int* turns) {
  const int lane = lane_index();
  unsigned all = 0;
  unsigned mask = kFull;
  for (int i = 0;; ++i) {
    const bool goes_on = i < turns[lane];
    mask = __ballot_sync(mask, goes_on);
    if (!goes_on) {
      break;
    }
    all += __popc(mask);
  }
  __syncwarp();
  out[lane] = all;
}

// One lane in every round does the others' work for them: elections by the lowest lane.
KERNEL elections(int* out, const int* in) {
  const int lane = lane_index();
  unsigned rest = kFull;
  int rounds = 0;
  while (rest != 0) {
    const int leader = __ffs(static_cast<int>(rest)) - 1;
    const int key = __shfl_sync(kFull, in[lane], leader);
    rest &= ~__ballot_sync(kFull, in[lane] == key);
    ++rounds;
  }
  out[lane] = rounds;
}

struct Sphere {
  float x, y, z, radius;
};

// The nearest of some spheres that a ray along z meets, -1 for none.
KERNEL rays(int* out, const Sphere* spheres, int count, int width) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  const float x = static_cast<float>(i % width);
  const float y = static_cast<float>(i / width);
  int nearest = -1;
  float distance = 1e30f;
  for (int s = 0; s < count; ++s) {
    const Sphere sphere = spheres[s];
    const float dx = x - sphere.x;
    const float dy = y - sphere.y;
    const float under = sphere.radius * sphere.radius - dx * dx - dy * dy;
    if (under < 0.0f) {
      continue;
    }
    const float z = sphere.z - sqrtf(under);
    if (z < distance) {
      distance = z;
      nearest = s;
    }
  }
  out[i] = nearest;
}
