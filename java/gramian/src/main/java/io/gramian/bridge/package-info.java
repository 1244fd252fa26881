/**
 * What the bridges to other libraries share: {@link io.gramian.bridge.Bridge} runs ops on their
 * tensors.
 */
package io.gramian.bridge;
