/**
 * What every op of the backend stands on: the device with its memory, streams and timers, kernel
 * images and the modules loaded from them, and the launches and the workspace of a plan.
 */
package io.gramian.cuda.device;
