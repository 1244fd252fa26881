// The loss over all index tuples.
#pragma once

#include "gramian/nway/params.cuh"

namespace gramian::nway {

constexpr u32 kProductThreads = 128;
constexpr u32 kProductWarps = kProductThreads / kWarpSize;
// Outer tuples that a block of product_columns goes over.
constexpr u32 kChunk = 512;

struct ProductParams {
  Box box;                         // rows of the box at hand
  float* scores;                   // [outer tuples of the box][rows of the last modality]
  float* rowMaxima;                // [outer]
  float* rowSums;                  // [outer]
  float* columnMaxima;             // [chunks][rows of the last modality]
  float* columnSums;               // the same
  float* maxima[kMostModalities];  // [batch], of slices
  double* sums[kMostModalities];   // [batch]; 0: nothing was added yet
  float* logs[kMostModalities];    // [batch], base 2, of sums with the diagonal
  float* diagonal;                 // [batch], S_(i..i)
  float* slopes;                   // [batch], derivatives by these, but for the upstream gradient
  double* parts;                   // [weightBlocks], of the gradient of the temperature
  double* typical;                 // a score that others are near to
  void* loss;                      // null: not wanted
  void* gradTemperature;           // null: not wanted
  Scalar temperature;
  Scalar gradLoss;
  u32 modalities;
  u32 batch;
  u32 outer;
  u32 chunks;
  u32 weightBlocks;
  ElementType lossType;
  ElementType gradType;
  bool32 accumulate;
};

}  // namespace gramian::nway
