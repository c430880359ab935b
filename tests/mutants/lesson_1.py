"""Wrong answers to the exercises of lesson 1, and right ones in another form."""

RIGHT_SHAPES = {
    "a": "one to one",
    "b": "one to many",
    "c": "many to one",
    "d": "many to one",
    "e": "aligned",
    "f": "aligned",
    "g": "unaligned",
    "h": "unaligned",
    "i": "one to many",
    "j": "unaligned",
}


def shapes(**changes):
    """The source of an answer to 1.1 with some tasks named differently; None leaves a task out."""
    named = {letter: shape for letter, shape in (RIGHT_SHAPES | changes).items() if shape is not None}
    return f"def name_shapes():\n    return {named!r}"


MUTANTS = [
    ("1.1", "captioning taken for a class", "a sentence that describes it): look at the *output*",
     shapes(b="one to one")),
    ("1.1", "a sequence taken for one thing", "six hours later): look at the *input*", shapes(d="one to one")),
    ("1.1", "a tag per word taken for one per text", "task e (a sentence → for each word", shapes(e="many to one")),
    ("1.1", "translation taken for aligned", "task g (an English sentence → the same in French): both are sequences",
     shapes(g="many to many, aligned")),
    ("1.1", "video taken for unaligned", "exactly one output for each input step", shapes(f="unaligned")),
    ("1.1", "many to many without its kind", 'say "aligned" or "unaligned"', shapes(h="many to many")),
    ("1.1", "one left out",
     "task j (the words of a question and a passage → an answer in words) has no answer yet",
     shapes(j=None)),
    ("1.1", "half done",
     "task i (one of twenty composers, chosen from a list → the notes of a melody in that manner): write one of",
     shapes(i="?")),
    ("1.1", "input and output swapped", "look at the *input* again", shapes(i="many to one")),
    ("1.1", "a list", "a dictionary from letter to shape", "def name_shapes():\n    return ['one to one'] * 10"),
    ("1.2", "padded on the left", "padding belongs on the right", """
def pad_batch(sequences, fill):
    T = max(len(s) for s in sequences)
    padded = np.array([[fill] * (T - len(s)) + s for s in sequences])
    return padded, np.array([[t < len(s) for t in range(T)] for s in sequences])
"""),
    ("1.2", "mask from the values", "0 is a value like any other: make the mask", """
def pad_batch(sequences, fill):
    T = max(len(s) for s in sequences)
    padded = np.array([s + [fill] * (T - len(s)) for s in sequences])
    return padded, (padded != 0) & (padded != fill)
"""),
    ("1.2", "mask from values != 0", "misses real zeros and keeps the padding", """
def pad_batch(sequences, fill):
    T = max(len(s) for s in sequences)
    padded = np.array([s + [fill] * (T - len(s)) for s in sequences])
    return padded, padded != 0
"""),
    ("1.2", "mask upside down", "upside down", """
def pad_batch(sequences, fill):
    T = max(len(s) for s in sequences)
    padded = np.array([s + [fill] * (T - len(s)) for s in sequences])
    return padded, np.array([[t >= len(s) for t in range(T)] for s in sequences])
"""),
    ("1.2", "filled with 0", "so use `fill`", """
def pad_batch(sequences, fill):
    T = max(len(s) for s in sequences)
    padded = np.zeros((len(sequences), T))
    for n, s in enumerate(sequences):
        padded[n, :len(s)] = s
    return padded, np.array([[t < len(s) for t in range(T)] for s in sequences])
"""),
    ("1.2", "cut to the shortest", "cut to the shortest", """
def pad_batch(sequences, fill):
    T = min(len(s) for s in sequences)
    return np.array([s[:T] for s in sequences]), np.ones((len(sequences), T), dtype=bool)
"""),
    ("1.2", "padded to a fixed length", "that is waste", """
def pad_batch(sequences, fill):
    padded = np.array([s + [fill] * (50 - len(s)) for s in sequences])
    return padded, np.array([[t < len(s) for t in range(50)] for s in sequences])
"""),
    ("1.2", "no mask", "two arrays are wanted", """
def pad_batch(sequences, fill):
    T = max(len(s) for s in sequences)
    return {"padded": np.array([s + [fill] * (T - len(s)) for s in sequences])}
"""),
    ("1.2", "numbers for a mask", "True and False", """
def pad_batch(sequences, fill):
    T = max(len(s) for s in sequences)
    padded = np.array([s + [fill] * (T - len(s)) for s in sequences])
    return padded, np.array([[1.0 * (t < len(s)) for t in range(T)] for s in sequences])
"""),
    ("1.2", "pads the lists it is given", "changes the lists", """
def pad_batch(sequences, fill):
    lengths, T = [len(s) for s in sequences], max(len(s) for s in sequences)
    for s in sequences:
        s += [fill] * (T - len(s))
    return np.array(sequences), np.arange(T) < np.array(lengths)[:, None]
"""),
    ("1.2", "mask from values != fill", "a value may equal `fill`", """
def pad_batch(sequences, fill):
    T = max(len(s) for s in sequences)
    padded = np.array([s + [fill] * (T - len(s)) for s in sequences])
    return padded, padded != fill
"""),
    ("1.2", "mask without the trailing fill", "a value may equal `fill`", """
def pad_batch(sequences, fill):
    T = max(len(s) for s in sequences)
    padded = np.array([s + [fill] * (T - len(s)) for s in sequences])
    return padded, np.cumsum((padded != fill)[:, ::-1], axis=1)[:, ::-1] > 0
"""),
    ("1.2", "mask one step too long", "one step too far", """
def pad_batch(sequences, fill):
    T = max(len(s) for s in sequences)
    padded = np.array([s + [fill] * (T - len(s)) for s in sequences])
    return padded, np.arange(T) <= np.array([len(s) for s in sequences])[:, None]
"""),
    ("1.2", "mask one step too short", "one step too early", """
def pad_batch(sequences, fill):
    T = max(len(s) for s in sequences)
    padded = np.array([s + [fill] * (T - len(s)) for s in sequences])
    return padded, np.arange(T) < np.array([len(s) - 1 for s in sequences])[:, None]
"""),
    ("1.2", "an array of integers", "lost their decimals", """
def pad_batch(sequences, fill):
    padded = keras.utils.pad_sequences(sequences, padding="post", value=fill)
    return padded, np.arange(padded.shape[1]) < np.array([len(s) for s in sequences])[:, None]
"""),
    ("1.2", "mask first", "padded first, then the mask", """
def pad_batch(sequences, fill):
    T = max(len(s) for s in sequences)
    padded = np.array([s + [fill] * (T - len(s)) for s in sequences])
    return np.arange(T) < np.array([len(s) for s in sequences])[:, None], padded
"""),
    ("1.2", "time first", "time first", """
def pad_batch(sequences, fill):
    T = max(len(s) for s in sequences)
    padded = np.array([s + [fill] * (T - len(s)) for s in sequences])
    return padded.T, np.arange(T)[:, None] < np.array([len(s) for s in sequences])
"""),
    ("1.2", "rows of different lengths", "differ in length", """
def pad_batch(sequences, fill):
    return sequences, [[True] * len(s) for s in sequences]
"""),
    ("1.2", "sorted by length", "sorted by length", """
def pad_batch(sequences, fill):
    sequences = sorted(sequences, key=len)
    T = len(sequences[-1])
    padded = np.array([s + [fill] * (T - len(s)) for s in sequences])
    return padded, np.arange(T) < np.array([len(s) for s in sequences])[:, None]
"""),
    ("1.2", "one step less than the longest", "look at all lengths", """
def pad_batch(sequences, fill):
    T = max(len(s) for s in sequences) - 1
    padded = np.array([(s + [fill] * T)[:T] for s in sequences])
    return padded, np.arange(T) < np.array([len(s) for s in sequences])[:, None]
"""),
    ("1.3", "not sorted", "follow the given order", """
def bucket_batches(lengths, batch_size):
    order = np.arange(len(lengths))
    return [order[n:n + batch_size] for n in range(0, len(order), batch_size)]
"""),
    ("1.3", "lengths in place of indices", "the *indices* of the reviews", """
def bucket_batches(lengths, batch_size):
    order = np.sort(lengths)
    return [order[n:n + batch_size] for n in range(0, len(order), batch_size)]
"""),
    ("1.3", "last batch dropped", "the last batch is missing", """
def bucket_batches(lengths, batch_size):
    order = np.argsort(lengths)
    return [order[n:n + batch_size] for n in range(0, len(order) - batch_size + 1, batch_size)]
"""),
    ("1.3", "ranks in place of indices", "long and short reviews share a batch", """
def bucket_batches(lengths, batch_size):
    order = np.argsort(np.argsort(lengths))
    return [order[n:n + batch_size] for n in range(0, len(order), batch_size)]
"""),
    ("1.3", "number of batches taken for their size", "no batch may hold more", """
def bucket_batches(lengths, batch_size):
    return np.array_split(np.argsort(lengths), 2)
"""),
    ("1.3", "one review per batch", "batches are enough", """
def bucket_batches(lengths, batch_size):
    return [[n] for n in np.argsort(lengths)]
"""),
    ("1.3", "overlapping batches", "exactly one batch", """
def bucket_batches(lengths, batch_size):
    order = np.argsort(lengths)
    return [order[n:n + batch_size] for n in range(0, len(order), batch_size - 1)]
"""),
    ("1.3", "shuffled within three batches only", "share a batch", """
def bucket_batches(lengths, batch_size):
    order = np.concatenate([np.argsort(lengths)[k::3] for k in range(3)])
    return [order[n:n + batch_size] for n in range(0, len(order), batch_size)]
"""),
    ("1.3", "all batches equally small", "only one may be", """
def bucket_batches(lengths, batch_size):
    order = np.argsort(lengths)
    return np.array_split(order, -(-len(order) // batch_size))
"""),
    ("1.3", "indices that are no integers", "integers to index with", """
def bucket_batches(lengths, batch_size):
    order = np.argsort(lengths).astype(float)
    return [order[n:n + batch_size] for n in range(0, len(order), batch_size)]
"""),
    ("1.3", "indices from 1", "have the indices 0 to", """
def bucket_batches(lengths, batch_size):
    order = np.argsort(lengths) + 1
    return [order[n:n + batch_size] for n in range(0, len(order), batch_size)]
"""),
    ("1.3", "filled up with -1", "yours include -1", """
def bucket_batches(lengths, batch_size):
    order = np.append(np.argsort(lengths), [-1] * (-len(lengths) % batch_size))
    return [order[n:n + batch_size] for n in range(0, len(order), batch_size)]
"""),
    ("1.3", "a review found by its length", "reviews of equal length", """
def bucket_batches(lengths, batch_size):
    order = [lengths.tolist().index(length) for length in sorted(lengths.tolist())]
    return [order[n:n + batch_size] for n in range(0, len(order), batch_size)]
"""),
    ("1.3", "masks", "masks over the reviews", """
def bucket_batches(lengths, batch_size):
    order = np.argsort(lengths)
    return [np.isin(np.arange(len(order)), order[n:n + batch_size]) for n in range(0, len(order), batch_size)]
"""),
    ("1.4", "no bias in the dense layer", "dense: the biases are missing", """
def count_parameters(T, inputs, units, kernel):
    return T * inputs * units, (kernel * inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.4", "dense over one timestep", "all T of them", """
def count_parameters(T, inputs, units, kernel):
    return (inputs + 1) * units, (kernel * inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.4", "an output at each step", "`units` outputs at *each* step", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units * T, (kernel * inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.4", "kernel forgotten", "reaches over `kernel` timesteps", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.4", "one kernel per position", "the same kernel is used at every position", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, T * (kernel * inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.4", "RNN times T", "same weights are used at every timestep", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (kernel * inputs + 1) * units, T * (inputs + units + 1) * units
"""),
    ("1.4", "W_hh forgotten", "W_hh is missing", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (kernel * inputs + 1) * units, (inputs + 1) * units
"""),
    ("1.4", "two biases, as in PyTorch", "one bias per unit, for input and state together", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (kernel * inputs + 1) * units, (inputs + units + 2) * units
"""),
    ("1.4", "a sum", "three numbers are wanted", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units + (kernel * inputs + 1) * units + (inputs + units + 1) * units
"""),
    ("1.4", "one bias in the dense layer", "dense: each unit has a bias", """
def count_parameters(T, inputs, units, kernel):
    return T * inputs * units + 1, (kernel * inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.4", "dense over one step, no bias", "dense: the layer sees all T", """
def count_parameters(T, inputs, units, kernel):
    return inputs * units, (kernel * inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.4", "one bias in the convolution", "conv: each unit has a bias", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, kernel * inputs * units + 1, (inputs + units + 1) * units
"""),
    ("1.4", "convolution over one step, no bias", "conv: a kernel reaches", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, inputs * units, (inputs + units + 1) * units
"""),
    ("1.4", "a kernel for each output position", "same kernel is used at every", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (T - kernel + 1) * (kernel * inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.4", "a square kernel", "time is one axis", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (kernel**2 * inputs + 1) * units, (inputs + units + 1) * units
"""),
    ("1.4", "one bias in the RNN", "rnn: each unit has a bias", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (kernel * inputs + 1) * units, (inputs + units) * units + 1
"""),
    ("1.4", "neither W_hh nor biases", "and so is b_h", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (kernel * inputs + 1) * units, inputs * units
"""),
    ("1.4", "W_hh a vector", "W_hh is a matrix", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (kernel * inputs + 1) * units, inputs * units + units + units
"""),
    ("1.4", "another order", "in another order", """
def count_parameters(T, inputs, units, kernel):
    return (T * inputs + 1) * units, (inputs + units + 1) * units, (kernel * inputs + 1) * units
"""),
    ("1.5", "padding counted", "padding (token 0) is counted", """
def bag_of_words(token_ids, vocabulary_size):
    return np.array([np.bincount(text, minlength=vocabulary_size) for text in token_ids])
"""),
    ("1.5", "which instead of how often", "*how often* is wanted", """
def bag_of_words(token_ids, vocabulary_size):
    bags = np.zeros((len(token_ids), vocabulary_size))
    for bag, text in zip(bags, token_ids):
        bag[text[text > 0]] = 1
    return bags
"""),
    ("1.5", "+= with repeated indices", "*how often* is wanted", """
def bag_of_words(token_ids, vocabulary_size):
    bags = np.zeros((len(token_ids), vocabulary_size))
    for bag, text in zip(bags, token_ids):
        bag[text] += 1
    bags[:, 0] = 0
    return bags
"""),
    ("1.5", "unknown words dropped", "unknown word", """
def bag_of_words(token_ids, vocabulary_size):
    bags = np.array([np.bincount(text, minlength=vocabulary_size) for text in token_ids])
    bags[:, :2] = 0
    return bags
"""),
    ("1.5", "shares", "plain counts are wanted", """
def bag_of_words(token_ids, vocabulary_size):
    bags = np.array([np.bincount(text, minlength=vocabulary_size) for text in token_ids])
    bags[:, 0] = 0
    return bags / bags.sum(axis=1, keepdims=True)
"""),
    ("1.5", "column 0 cut off", "keep column 0", """
def bag_of_words(token_ids, vocabulary_size):
    return np.array([np.bincount(text, minlength=vocabulary_size)[1:] for text in token_ids])
"""),
    ("1.5", "one bag for the batch", "one bag for the whole batch", """
def bag_of_words(token_ids, vocabulary_size):
    return np.bincount(token_ids[token_ids > 0], minlength=vocabulary_size)
"""),
    ("1.5", "one-hot, not added up", "add them up over time", """
def bag_of_words(token_ids, vocabulary_size):
    return np.eye(vocabulary_size)[token_ids]
"""),
    ("1.5", "writes into its argument", "changes its argument token_ids", """
def bag_of_words(token_ids, vocabulary_size):
    token_ids.sort(axis=1)
    return np.array([np.bincount(text[text > 0], minlength=vocabulary_size) for text in token_ids])
"""),
    ("1.5", "as many columns as the batch needs", "even where the last words", """
def bag_of_words(token_ids, vocabulary_size):
    bags = np.array([np.bincount(text, minlength=token_ids.max() + 1) for text in token_ids])
    bags[:, 0] = 0
    return bags
"""),
    ("1.5", "last column of the batch skipped", "last column of token_ids", """
def bag_of_words(token_ids, vocabulary_size):
    bags = np.array([np.bincount(text[:-1], minlength=vocabulary_size) for text in token_ids])
    bags[:, 0] = 0
    return bags
"""),
    ("1.5", "last word of each text skipped", "last word of each text", """
def bag_of_words(token_ids, vocabulary_size):
    bags = np.array([np.bincount(text[text > 0][:-1], minlength=vocabulary_size) for text in token_ids])
    bags[:, 0] = 0
    return bags
"""),
    ("1.5", "last word of the vocabulary skipped", "last word of the vocabulary", """
def bag_of_words(token_ids, vocabulary_size):
    bags = np.array([[(text == word).sum() for word in range(vocabulary_size - 1)] + [0] for text in token_ids])
    bags[:, 0] = 0
    return bags
"""),
]  # fmt: skip

RIGHT_BUT_UNUSUAL = [
    ("1.1", shapes(g="Many-to-many (unaligned)", e="many to many, aligned", a="One-to-one")),
    ("1.1", shapes(j="not aligned", f="many to many: aligned", c="many-to-one")),
    ("1.2", """
def pad_batch(sequences, fill):
    padded = keras.utils.pad_sequences(sequences, padding="post", value=fill, dtype="float32")
    lengths = np.array([len(s) for s in sequences], dtype="int32")
    return padded, ops.arange(padded.shape[1])[None] < ops.convert_to_tensor(lengths)[:, None]
"""),
    ("1.2", """
def pad_batch(sequences, fill):
    T = max(map(len, sequences))
    return [s + [fill] * (T - len(s)) for s in sequences], [[True] * len(s) + [False] * (T - len(s)) for s in sequences]
"""),
    ("1.3", """
def bucket_batches(lengths, batch_size):
    order = sorted(range(len(lengths)), key=lambda n: -lengths[n])
    return [order[n:n + batch_size] for n in range(0, len(order), batch_size)]
"""),
    ("1.3", """
def bucket_batches(lengths, batch_size):
    return np.split(np.argsort(lengths), range(batch_size, len(lengths), batch_size))
"""),
    ("1.3", """
def bucket_batches(lengths, batch_size):
    order, first = np.argsort(lengths).tolist(), len(lengths) % batch_size
    return (tuple(order[max(n, 0):n + batch_size]) for n in range(first - batch_size, len(order), batch_size))
"""),
    ("1.4", """
def count_parameters(T, inputs, units, kernel):
    dense = keras.Sequential([keras.Input((T, inputs)), layers.Flatten(), layers.Dense(units)])
    conv = keras.Sequential([keras.Input((T, inputs)), layers.Conv1D(units, kernel)])
    rnn = keras.Sequential([keras.Input((T, inputs)), layers.SimpleRNN(units)])
    return [model.count_params() for model in (dense, conv, rnn)]
"""),
    ("1.4", """
def count_parameters(T, inputs, units, kernel):
    return np.array([T * inputs * units, kernel * inputs * units, inputs * units + units**2]) + units
"""),
    ("1.5", """
def bag_of_words(token_ids, vocabulary_size):
    return ops.sum(ops.one_hot(token_ids, vocabulary_size), axis=1) * (np.arange(vocabulary_size) > 0)
"""),
    ("1.5", """
def bag_of_words(token_ids, vocabulary_size):
    return [[word and sum(token == word for token in text) for word in range(vocabulary_size)] for text in token_ids]
"""),
    ("1.5", """
def bag_of_words(token_ids, vocabulary_size):
    bags = np.zeros((len(token_ids), vocabulary_size), dtype="uint8")
    np.add.at(bags, (np.arange(len(token_ids))[:, None], token_ids), token_ids > 0)
    return bags
"""),
]  # fmt: skip
