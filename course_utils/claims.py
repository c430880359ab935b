"""What the lectures claim, in the course's own words, by the ids under which lessons give their verdicts."""

import typing


class Claim(typing.NamedTuple):
    """A claim: what is said, in which lecture notes, and the lessons that owe a verdict, as "2a, 3c"."""

    said: str
    notes: str
    lessons: str


NOTES = {
    "FSDL": "Full Stack Deep Learning, week 4",
    "POSTECH": "POSTECH",
    "Grenoble": "Grenoble",
    "Harvard": "Harvard, lecture 12",
}
CLAIMS = {
    "C1": Claim("padding to the longest sequence works and wastes computation", "FSDL", "1"),
    "C2": Claim("a dense layer over a sequence grows with its length, an RNN does not", "FSDL, POSTECH", "1"),
    "C3": Claim("what is shared over time is known at positions and lengths never seen", "FSDL, Grenoble", "1"),
    "C4": Claim("a convolution over time shares its weights but sees a few neighbours only", "Grenoble", "1, 7"),
    "C5": Claim("a bag of words cannot tell who ate whom", "Harvard", "1, 2b"),
    "C6": Claim("one product of input and state side by side equals two products added", "POSTECH", "2a"),
    "C7": Claim(
        "backpropagation through time takes time and memory in proportion to T, and the time cannot be shared out",
        "Grenoble",
        "6",
    ),
    "C8": Claim("recurrence from the output alone can do less, but trains in parallel", "Grenoble", "2a"),
    "C9": Claim("teacher forcing and free running see different inputs", "Grenoble", "2a, 3d"),
    "C10": Claim("the state is a lossy summary of the past", "Grenoble", "4a"),
    "C11": Claim("plain RNNs cannot handle more than 10 to 20 steps", "FSDL", "3a, 3b"),
    "C12": Claim("tanh and sigmoid saturate, so that gradients shrink at almost every step", "FSDL, POSTECH", "3a"),
    "C13": Claim("ReLU RNNs tend to explode instead", "FSDL", "3a"),
    "C14": Claim("even a linear recurrence shrinks or grows exponentially", "Grenoble", "3a"),
    "C15": Claim("clipping cures explosion, not vanishing", "Grenoble, POSTECH", "3a"),
    "C16": Claim("residual, leaky and gated paths carry the gradient back", "Harvard, Grenoble", "3b"),
    "C17": Claim(
        "with f = 1 and i = 0 a cell keeps its content, and the gradient along it is a product of forget gates",
        "POSTECH",
        "3b",
    ),
    "C18": Claim("an LSTM guarantees no healthy gradient, it makes long memories easier", "POSTECH", "3b"),
    "C19": Claim("peepholes need three more parameters per unit", "Grenoble", "3b"),
    "C20": Claim("the plain LSTM is hard to beat; GRUs are often better, by little", "FSDL", "3b"),
    "C21": Claim(
        "update gates are conditional leaky integrators, reset gates choose what matters next", "Grenoble", "3b"
    ),
    "C22": Claim("a bidirectional LSTM reads what needs both contexts", "POSTECH", "3c"),
    "C23": Claim(
        "two layers of 200 units babble speech after some hundred epochs, and go on improving", "Harvard", "3d"
    ),
    "C24": Claim("every step can have a target, not the last one only", "Harvard, POSTECH", "3d"),
    "C25": Claim(
        "a sequence can end by a stop symbol, by a Bernoulli output, or at a predicted length", "Grenoble, FSDL", "3d"
    ),
    "C26": Claim("a context can enter at each step, as the first state, or both", "Grenoble", "3d"),
    "C27": Claim(
        "exhaustive decoding is exponential, greedy is linear and can miss the best sequence", "Harvard", "3d, 4a"
    ),
    "C28": Claim("a softmax per position takes the labels for independent", "Harvard, Grenoble", "8d"),
    "C29": Claim("one vector is a bottleneck, and long sentences suffer most", "FSDL, POSTECH", "4a"),
    "C30": Claim("stacks of LSTMs work up to about four layers, unless connections skip", "FSDL, POSTECH", "4b"),
    "C31": Claim("attention improves translation much and removes the bottleneck", "POSTECH, FSDL", "4b"),
    "C32": Claim("attention is a shortcut to far states, also for gradients", "POSTECH", "4b"),
    "C33": Claim("attention learns an alignment that nobody trained", "POSTECH, FSDL", "4b"),
    "C34": Claim(
        "a bidirectional encoder helps, because later words decide what earlier ones mean", "FSDL, Grenoble", "4b"
    ),
    "C35": Claim("quantised weights speed up inference", "FSDL", "4b"),
    "C36": Claim("a fixed sliding window fails where widths vary; CTC needs no alignment", "FSDL", "5b"),
    "C37": Claim("merge repeats, then drop blanks; a blank keeps two equal characters apart", "FSDL", "5a, 5c"),
    "C38": Claim("one loss reads handwriting, pen strokes and speech", "FSDL", "5b, 5c"),
    "C39": Claim("recurrent training is serial, and so much slower than a ConvNet's", "FSDL, POSTECH", "6"),
    "C40": Claim("recurrent training is finicky", "FSDL", "6"),
    "C41": Claim("an RNN handles any length with a fixed size", "POSTECH", "6"),
    "C42": Claim("using information from many steps back is difficult in practice", "POSTECH", "3b, 6"),
    "C43": Claim("causal convolutions model sequences without recurrence", "FSDL", "7"),
    "C44": Claim("dilation makes the receptive field grow exponentially with depth", "FSDL", "7"),
    "C45": Claim("WaveNet trains in parallel, without tricks", "FSDL", "7"),
    "C46": Claim("WaveNet generates serially and slowly; Parallel WaveNet fixes that", "FSDL", "7"),
    "C47": Claim("attention on images points at what a caption's words mean", "FSDL, POSTECH", "8a"),
    "C48": Claim(
        "sum-product gives exact marginals of any linear chain; with enough data one may do without", "Harvard", "8d"
    ),
}
