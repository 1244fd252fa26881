/**
 * Build-time compiler of the device code. It turns every {@code *.cu} file of a source folder into
 * images: with NVRTC into PTX and cubins, with g++ into shared objects for the emulated device,
 * which it compiles too. Nothing of this package is shipped to users of the library.
 */
package io.gramian.kernels.compiler;
