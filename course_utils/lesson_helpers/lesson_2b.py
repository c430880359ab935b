"""What lesson 2b hands on to later lessons."""


def review_reader(weights):
    """The network of lesson 2b, with its weights: token ids (batch, T), padded with 0, to one logit each (batch, 1).

    weights: as `trained_weights("review_reader", "reader")` gives them. Their ids are those of a `word_encoder` that
    has learned the 4,000 most frequent words of the training reviews of course_reviews.
    """
    import keras
    from keras import layers

    embedding, _, recurrent, *_ = weights
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(*embedding.shape)(token_ids)
    h = layers.SimpleRNN(len(recurrent))(x, mask=token_ids != 0)
    model = keras.Model(token_ids, layers.Dense(1)(h))
    model.set_weights(weights)
    return model
