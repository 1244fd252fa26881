/**
 * Build-time compiler of the device code. It turns every {@code *.cu} file of a source folder into
 * images, PTX and cubins, with NVRTC, and the emulated device with g++. Nothing of this package is
 * shipped to users of the library.
 */
package io.gramian.kernels.compiler;
