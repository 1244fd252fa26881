package io.gramian.emoji.measure;

import io.gramian.emoji.data.Modality;

/**
 * A direction of retrieval.
 *
 * @param query the modality that asks
 * @param candidate the modality that is searched
 */
public record ModalityPair(Modality query, Modality candidate) {}
