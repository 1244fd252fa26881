/** Tensors in memory, whatever their element type and strides, and the threads of a device. */
package io.gramian.cpu.device;
