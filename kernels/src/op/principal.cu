// principal: singular values and leading directions of the unit vectors of samples, from k x k Gram
// matrices, and back. All of a sample is in double.
#include "gramian/device/block_sum.cuh"
#include "gramian/device/eigen.cuh"
#include "gramian/device/tensor.cuh"
#include "gramian/op/principal_params.cuh"

namespace gramian::principal {

constexpr double kLeastNorm = 1e-12;
// A largest eigenvalue of at most this is that of vectors without a direction.
constexpr double kNoDirection = 1e-30;
// The least singular value that a gradient is divided by.
constexpr double kLeastValue = 1e-4;
// A projection of a unit vector of at most this length is none.
constexpr double kRightAngle = 1e-9;

// What a warp knows of its sample, in shared memory. Matrices are k x k by rows.
struct Room {
  double gram[kMostVectors * kMostVectors];
  // First the matrix that is decomposed, then what is made of it.
  double matrix[kMostVectors * kMostVectors];
  double eigenvectors[kMostVectors * kMostVectors];
  double scale[kMostVectors];
  double eigenvalue[kMostVectors];
  double leading[kMostVectors];
  double ofValue[kMostVectors];
  double along[kMostVectors];
};

// The spectrum of a sample. Every function is reached by all lanes of the warp.
class Spectrum {
  const Vectors& vectors;
  const i64 sample;
  const u32 k;
  const u32 lane;
  Room& room;
  double largest = 0.0;
  u32 equal = 0;

 public:
  __device__ __forceinline__ Spectrum(const Vectors& of, i64 which, Room& workspace)
      : vectors(of), sample(which), k(of.k), lane(threadIdx.x % kWarpSize), room(workspace) {
    measure();
    largest = largest_eigenvalue(room.matrix, k);
    equal = equal_eigenvalues(room.matrix, k, largest);
    if (lane < k) {
      room.eigenvalue[lane] = room.matrix[lane * k + lane];
    }
    __syncwarp();
    lead();
  }

  __device__ __forceinline__ double element(u32 row, u32 column) const {
    return load_element(vectors.rows, vectors.type,
                        sample * vectors.sampleStride + row * vectors.rowStride + column);
  }

  __device__ __forceinline__ bool has_direction() const { return !(largest <= kNoDirection); }

  // The singular value of an eigenvalue; NaN stays.
  static __device__ __forceinline__ double root(double eigenvalue) {
    return sqrt(eigenvalue < 0.0 ? 0.0 : eigenvalue);
  }

  // The cross-entropy of the singular values; its gradient by each is in the room.
  __device__ __forceinline__ double values(double temperature) {
    const double first = root(largest);
    double term = 0.0;
    u32 target = 0;
#pragma unroll 1
    for (u32 j = k; j > 0; --j) {
      target = room.eigenvalue[j - 1] == largest ? j - 1 : target;
    }
    if (lane < k && lane != target) {
      term = exp((root(room.eigenvalue[lane]) - first) / temperature);
    }
    const double sum = warp_sum(term);
    double gradient = (lane == target ? -sum : term) / ((1.0 + sum) * temperature);
    const bool isEqual = (equal >> lane & 1u) != 0;
    const double ofEqual = warp_sum(isEqual ? gradient : 0.0);
    gradient = isEqual ? ofEqual / __popc(equal) : gradient;
    if (lane < k) {
      room.ofValue[lane] = gradient;
    }
    __syncwarp();
    // Of a single value too: not a number where that is none.
    return log1p(sum) + 0.0 * first;
  }

  // u = X^T e / s, as f32.
  __device__ __forceinline__ void write_direction(float* to, u32 depth) const {
    const double length = root(largest);
#pragma unroll 1
    for (u32 z = lane; z < depth; z += kWarpSize) {
      double sum = 0.0;
#pragma unroll 1
      for (u32 l = 0; l < k && z < vectors.depth && has_direction(); ++l) {
        sum = fma(room.leading[l] * room.scale[l], element(l, z), sum);
      }
      to[z] = static_cast<float>(has_direction() ? sum / length : 0.0);
    }
  }

  // With g the gradient of u: dX = e g^T / s + 2 P X, P from de = sum over j of e_j (e_j^T dG e) /
  // (s^2 - s_j^2), from s, and from all singular values.
  __device__ __forceinline__ void backward(const BackwardParams& p) {
    values(p.temperature);
    const float* g = p.ofDirections + sample * p.directionDepth;
    inner_products(g, p.weightDirections);
    partials(read_scalar(p.upstream) * p.weightValues);
    across();
    write(p, g);
  }

 private:
  __device__ __forceinline__ void measure() {
#pragma unroll 1
    for (u32 i = 0; i < k; ++i) {
      double sum[kMostVectors] = {};
#pragma unroll 1
      for (u32 z = lane; z < vectors.depth; z += kWarpSize) {
        const double x = element(i, z);
#pragma unroll
        for (u32 j = 0; j < kMostVectors; ++j) {
          if (j <= i) {
            sum[j] = fma(x, element(j, z), sum[j]);
          }
        }
      }
#pragma unroll
      for (u32 j = 0; j < kMostVectors; ++j) {
        if (j <= i) {
          const double product = warp_sum(sum[j]);
          if (lane == j) {
            room.gram[i * k + j] = product;
            room.gram[j * k + i] = product;
          }
        }
      }
    }
    __syncwarp();
    if (lane < k) {
      const double norm = sqrt(room.gram[lane * k + lane]);
      room.scale[lane] = 1.0 / (norm < kLeastNorm ? kLeastNorm : norm);
    }
    __syncwarp();
#pragma unroll 1
    for (u32 e = lane; e < k * k; e += kWarpSize) {
      room.gram[e] *= room.scale[e / k] * room.scale[e % k];
      room.matrix[e] = room.gram[e];
    }
    __syncwarp();
    jacobi(room.matrix, room.eigenvectors, k, lane);
  }

  // The lane's element of the projection of a vector on the eigenvectors that count as equal to the
  // first: of the sum of all axes, or of one.
  __device__ __forceinline__ double projected(bool isOfAll, u32 axis) const {
    double element = 0.0;
#pragma unroll 1
    for (u32 i = 0; i < k && lane < k; ++i) {
      if ((equal >> i & 1u) != 0) {
        const double* v = room.eigenvectors + i * k;
        double along = v[axis];
        if (isOfAll) {
          along = 0.0;
#pragma unroll 1
          for (u32 l = 0; l < k; ++l) {
            along += v[l];
          }
        }
        element = fma(along, v[lane], element);
      }
    }
    return element;
  }

  // The unit vector of coefficients of the leading direction: what the sum of all vectors has in
  // that space, or where that is nothing, what the first vector has that is not at right angles.
  __device__ __forceinline__ void lead() {
    double element = projected(true, 0);
    double norm = sqrt(warp_sum(element * element));
#pragma unroll 1
    for (u32 axis = 0; axis < k && norm <= kRightAngle; ++axis) {
      element = projected(false, axis);
      norm = sqrt(warp_sum(element * element));
    }
    if (lane < k) {
      room.leading[lane] = element / norm;
    }
    __syncwarp();
  }

  // Of each unit vector with the gradient of the direction; 0 where there is none.
  __device__ __forceinline__ void inner_products(const float* g, double weight) {
#pragma unroll 1
    for (u32 l = 0; l < k; ++l) {
      double sum = 0.0;
#pragma unroll 1
      for (u32 z = lane; z < vectors.depth && has_direction(); z += kWarpSize) {
        sum = fma(weight * g[z], element(l, z), sum);
      }
      sum = warp_sum(sum);
      if (lane == 0) {
        room.along[l] = room.scale[l] * sum;
      }
    }
    __syncwarp();
  }

  // P. Lane j has what belongs to eigenvector j, at first.
  __device__ __forceinline__ void partials(double weight) {
    const double length = root(largest);
    double turn = 0.0;
    double ofRoot = 0.0;
    if (lane < k) {
      const double value = room.eigenvalue[lane];
      const double singular = root(value);
      room.ofValue[lane] *= weight / (2.0 * (singular < kLeastValue ? kLeastValue : singular));
      if (has_direction()) {
        ofRoot = room.leading[lane] * room.along[lane] / (length * largest);
        if ((equal >> lane & 1u) == 0) {
#pragma unroll 1
          for (u32 l = 0; l < k; ++l) {
            turn = fma(room.eigenvectors[lane * k + l], room.along[l], turn);
          }
          turn /= length * (largest - value);
        }
      }
    }
    ofRoot = warp_sum(ofRoot);
    __syncwarp();
    if (lane < k) {
      room.eigenvalue[lane] = turn;
    }
    __syncwarp();
#pragma unroll 1
    for (u32 e = lane; e < k * k; e += kWarpSize) {
      const u32 r = e / k;
      const u32 c = e % k;
      double sum = -0.5 * ofRoot * room.leading[r] * room.leading[c];
      sum = has_direction() ? sum : 0.0;
#pragma unroll 1
      for (u32 j = 0; j < k; ++j) {
        const double* v = room.eigenvectors + j * k;
        sum = fma(room.ofValue[j] * v[r], v[c], sum);
        if (room.eigenvalue[j] != 0.0) {
          sum += 0.5 * room.eigenvalue[j] * (v[r] * room.leading[c] + room.leading[r] * v[c]);
        }
      }
      room.matrix[e] = sum;
    }
    __syncwarp();
  }

  // Coefficients of the gradient of each vector before normalisation: of the vectors in the matrix,
  // of g beside it.
  __device__ __forceinline__ void across() {
    double radial = 0.0;
    double ofG = 0.0;
    if (lane < k) {
      ofG = has_direction() ? room.leading[lane] / root(largest) : 0.0;
      radial = ofG * room.along[lane];
#pragma unroll 1
      for (u32 j = 0; j < k; ++j) {
        radial = fma(2.0 * room.matrix[lane * k + j], room.gram[lane * k + j], radial);
      }
      // Below the floor the length that is divided by is a constant.
      radial = room.scale[lane] < 1.0 / kLeastNorm ? radial : 0.0;
    }
    __syncwarp();
    if (lane < k) {
      room.along[lane] = room.scale[lane] * ofG;
#pragma unroll 1
      for (u32 j = 0; j < k; ++j) {
        const double term = 2.0 * room.matrix[lane * k + j] - (j == lane ? radial : 0.0);
        room.matrix[lane * k + j] = term * room.scale[lane] * room.scale[j];
      }
    }
    __syncwarp();
  }

  __device__ __forceinline__ void write(const BackwardParams& p, const float* g) const {
#pragma unroll 1
    for (u32 z = lane; z < vectors.depth; z += kWarpSize) {
      double x[kMostVectors];
#pragma unroll
      for (u32 j = 0; j < kMostVectors; ++j) {
        x[j] = j < k ? element(j, z) : 0.0;
      }
      const double ofDirection = has_direction() ? p.weightDirections * g[z] : 0.0;
#pragma unroll 1
      for (u32 i = 0; i < k; ++i) {
        double sum = room.along[i] * ofDirection;
#pragma unroll
        for (u32 j = 0; j < kMostVectors; ++j) {
          if (j < k) {
            sum = fma(room.matrix[i * k + j], x[j], sum);
          }
        }
        store_element(p.gradient, p.type, sample * p.sampleStride + i * p.rowStride + z, sum,
                      p.accumulate != 0);
      }
    }
  }
};

__device__ __forceinline__ i64 sample_of_warp() {
  return static_cast<i64>(blockIdx.x) * kWarps + threadIdx.x / kWarpSize;
}

__device__ __forceinline__ void run_forward(const ForwardParams& p) {
  GRAMIAN_SHARED(Room, rooms, kWarps);
  const i64 sample = sample_of_warp();
  if (sample >= p.vectors.count) {
    return;
  }
  Spectrum spectrum(p.vectors, sample, rooms[threadIdx.x / kWarpSize]);
  const double loss = spectrum.values(p.temperature);
  if (threadIdx.x % kWarpSize == 0) {
    p.losses[sample] = loss;
  }
  spectrum.write_direction(p.directions + sample * p.directionDepth, p.directionDepth);
}

__device__ __forceinline__ void run_backward(const BackwardParams& p) {
  GRAMIAN_SHARED(Room, rooms, kWarps);
  const i64 sample = sample_of_warp();
  if (sample >= p.vectors.count) {
    return;
  }
  Spectrum spectrum(p.vectors, sample, rooms[threadIdx.x / kWarpSize]);
  spectrum.backward(p);
}

__device__ __forceinline__ void run_loss(const LossParams& p) {
  double sum = 0.0;
#pragma unroll 1
  for (u32 sample = threadIdx.x; sample < p.count; sample += kThreads) {
    sum += p.losses[sample];
  }
  sum = block_sum<kThreads>(sum);
  if (threadIdx.x == 0) {
    store_element(p.loss, p.lossType, 0, p.weightValues * sum + p.weightDirections * p.between[0],
                  false);
  }
}

}  // namespace gramian::principal

GRAMIAN_KERNEL(principal_forward, gramian::principal::ForwardParams, gramian::principal::kThreads) {
  gramian::principal::run_forward(p);
}

GRAMIAN_KERNEL(principal_backward, gramian::principal::BackwardParams,
               gramian::principal::kThreads) {
  gramian::principal::run_backward(p);
}

GRAMIAN_KERNEL(principal_loss, gramian::principal::LossParams, gramian::principal::kThreads) {
  gramian::principal::run_loss(p);
}
