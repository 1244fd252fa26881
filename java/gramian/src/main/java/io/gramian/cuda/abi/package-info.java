/**
 * What host and device share: the structs, constants and kernel names that the kernel headers
 * declare.
 */
package io.gramian.cuda.abi;
