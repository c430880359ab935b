"""What lesson 2b hands on to later lessons: its network untrained, as its script trained it, or trained anew."""

SIZES = {"embedding_size": 64, "units": 64}


def new_reader(vocabulary_size, seed=0):
    """The network of lesson 2b with its first weights: token ids (batch, T), padded with 0, to one logit (batch, 1)."""
    import keras

    from course_utils.references import exports

    keras.utils.set_random_seed(seed)
    return exports("2b").build_classifier(vocabulary_size, **SIZES)


def review_reader(weights):
    """The network of lesson 2b, with its weights.

    weights: as `trained_weights("review_reader", "reader")` gives them. Their ids are those of a `word_encoder` that
    has learned the 4,000 most frequent words of the training reviews of course_reviews.
    """
    model = new_reader(len(weights[0]))
    model.set_weights(weights)
    return model


def train_reader(model, train, validation, epochs):
    """Train the network of lesson 2b as that lesson does, with the same loss, batches and choice of the epoch.

    train, validation: (token ids, labels). Returns Keras's history.
    """
    from course_utils.references import exports
    from course_utils.text import batches_by_length

    token_ids, labels = validation
    return exports("2b").train_reader(
        model,
        batches_by_length(*train, batch_size=32),
        steps=len(train[0]) // 32,
        validation=(token_ids, labels[:, None].astype("float32")),
        epochs=epochs,
    )


def probes():
    """The probes of lesson 2b: {kind: (reviews as lists of words, labels (n,))}."""
    from course_utils.references import exports

    lesson = exports("2b")
    return {kind: lesson.fill(templates) for kind, templates in lesson.PROBES.items()}
