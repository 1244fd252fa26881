/**
 * One zero-copy bridge for the two PyTorch stacks of Java: {@link io.gramian.torch.DjlBridge} for
 * DJL, {@link io.gramian.torch.JavaCppBridge} for JavaCPP. Both read tensors through the stable C
 * interface of the libtorch that the stack has loaded.
 *
 * <p>A training by DJL:
 *
 * {@snippet file="TrainWithDjl.java"}
 */
package io.gramian.torch;
