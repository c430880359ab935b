"""The works in PyTorch."""

import itertools
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def tensor(array):
    return torch.from_numpy(np.ascontiguousarray(array))


def fill(module, *weights):
    """Copy weights as Keras keeps them into a module, in the order of its parameters.

    Of PyTorch's two biases of an LSTM the second is held at zero, so that there are no more parameters than in Keras.
    """
    weights = list(weights)
    for name, parameter in module.named_parameters():
        if "bias_hh" in name:
            parameter.data.zero_()
            parameter.requires_grad_(False)
        else:
            array = weights.pop(0)
            transposed = array.ndim == 2 and not isinstance(module, nn.Embedding)
            assert parameter.shape == (array.T if transposed else array).shape, (name, parameter.shape, array.shape)
            parameter.data.copy_(tensor(array.T if transposed else array))
    assert not weights
    return module


class SpeechModel(nn.Module):
    def __init__(self, weights, V, units):
        super().__init__()
        self.V = V
        self.lstm = fill(nn.LSTM(V, units, num_layers=2, batch_first=True), *weights[:6])
        self.dense = fill(nn.Linear(units, V), *weights[6:])

    def forward(self, ids):
        outputs, _ = self.lstm(F.one_hot(ids, self.V).float())
        return self.dense(outputs[:, -1])


class ReviewModel(nn.Module):
    def __init__(self, weights, V, size, units):
        super().__init__()
        self.embedding = fill(nn.Embedding(V, size), weights[0])
        self.lstm = fill(nn.LSTM(size, units, batch_first=True, bidirectional=True), *weights[1:7])
        self.dense = fill(nn.Linear(2 * units, 1), *weights[7:])

    def forward(self, ids):
        lengths = (ids != 0).sum(dim=1)
        packed = pack_padded_sequence(self.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
        _, (h, _) = self.lstm(packed)
        return self.dense(torch.cat([h[0], h[1]], dim=-1))


def training(model, loss, x, y, size):
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    adam = torch.optim.Adam(parameters, size["rate"])
    batch, steps = size["batch"], itertools.count(1)

    def epoch():
        model.train()
        for n in range(0, len(x), batch):
            adam.zero_grad()
            loss(model(x[n : n + batch]), y[n : n + batch]).backward()
            for parameter in parameters:  # Keras's `clipnorm` is by variable too
                nn.utils.clip_grad_norm_([parameter], 1.0)
            # Keras adds Adam's epsilon before it corrects the second moment for its start at zero, PyTorch after that
            adam.param_groups[0]["eps"] = 1e-7 / math.sqrt(1 - 0.999 ** next(steps))
            adam.step()

    def outputs():
        with torch.no_grad():
            before = model(x[:batch]).numpy()
        epoch()
        with torch.no_grad():
            return {"logits before": before, "logits after": model(x[:batch]).numpy()}

    return outputs, epoch, size["steps"], ""


def speech_step(work, size):
    model = SpeechModel(work["weights"], size["V"], size["units"])
    return training(model, F.cross_entropy, tensor(work["x"]).long(), tensor(work["y"]).long(), size)


def review_step(work, size):
    model = ReviewModel(work["weights"], size["V"], size["size"], size["units"])
    loss = F.binary_cross_entropy_with_logits
    *rest, _ = training(model, loss, tensor(work["x"]).long(), tensor(work["y"]), size)
    return *rest, "packed sequences: no step is computed for padding"


class Translator(nn.Module):
    """Lesson 4b's: two encoder layers, the lower one bidirectional, two decoder layers, residual, attention on top."""

    def __init__(self, work, source_words, target_words, units, **_):
        super().__init__()
        encoder, decoder = list(work["encoder"]), list(work["decoder"])
        self.source = fill(nn.Embedding(source_words, units), encoder[0])
        self.lowest = fill(nn.LSTM(units, units // 2, batch_first=True, bidirectional=True), *encoder[1:7])
        self.upper = fill(nn.LSTM(units, units, batch_first=True), *encoder[7:])
        self.target = fill(nn.Embedding(target_words, units), decoder[0])
        self.decoder = nn.ModuleList(fill(nn.LSTM(units, units, batch_first=True), *decoder[n : n + 3]) for n in (1, 4))
        self.joined = fill(nn.Linear(2 * units, units), *decoder[7:9])
        self.logits = fill(nn.Linear(units, target_words), *decoder[9:])

    def encode(self, ids, lengths):
        x = self.source(ids)
        for layer in (self.lowest, self.upper):
            packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
            y, state = layer(packed)
            x = x + pad_packed_sequence(y, batch_first=True, total_length=ids.shape[1])[0]
        return x, [state] * len(self.decoder)

    def step(self, last, keys, mask, states):
        x, new_states = self.target(last)[:, None], []
        for layer, state in zip(self.decoder, states, strict=True):
            y, state = layer(x, state)
            x = x + y
            new_states.append(state)
        scores = (x @ keys.transpose(1, 2)).masked_fill(~mask[:, None], -1e9)
        weights = scores.softmax(dim=-1)
        joined = torch.tanh(self.joined(torch.cat([weights @ keys, x], dim=-1)))
        return self.logits(joined)[:, 0], weights[:, 0], new_states


def attention(work, size, PAD=0, START=1, END=2):
    model, source, lengths = Translator(work, **size).eval(), tensor(work["source"]).long(), tensor(work["lengths"])

    @torch.inference_mode()
    def run():
        mask = source != PAD
        keys, states = model.encode(source, lengths)
        last = torch.full((len(source),), START)
        log_p, attended, words = torch.zeros(len(source)), torch.full(source.shape, 1e-6), []
        while len(words) < size["limit"] and torch.any(last != END):
            logits, weights, states = model.step(last, keys, mask, states)
            done, (best, said) = last == END, logits.log_softmax(dim=-1).max(dim=-1)
            last = torch.where(done, END, said)
            log_p = log_p + torch.where(done, 0.0, best)
            attended = attended + torch.where(done[:, None], 0.0, weights)
            words.append(last)
        words += [torch.full_like(last, END)] * (size["limit"] - len(words))
        return torch.stack(words, dim=1), log_p, attended

    def outputs():
        words, log_p, attended = (result.numpy() for result in run())
        return {"words": words, "log_p": log_p, "lengths": 1.0 + np.sum(words != END, axis=1), "attended": attended}

    return outputs, run, 1, ""


def ctc(work, size):
    labels, lengths, frames = (tensor(work[name]).long() for name in ("labels", "lengths", "frames"))
    logits = tensor(work["logits"]).requires_grad_()

    def run():
        log_p = logits.log_softmax(dim=-1).transpose(0, 1)
        losses = F.ctc_loss(log_p, labels, frames, lengths, blank=0, reduction="none")
        return losses, *torch.autograd.grad(losses.sum(), [logits])

    def outputs():
        losses, gradients = run()
        return {"losses": losses.detach().numpy(), "gradients": gradients.numpy()}

    return outputs, run, 1, ""


class WaveNet:
    """Lesson 7's network, one sample at a time, with a queue per layer."""

    def __init__(self, weights, layers):
        weights = [tensor(array) for array in weights]
        self.score, self.first, weights = weights[:2], weights[2:4], weights[4:]
        self.blocks = []
        for n in range(layers):
            now, bias, past, condition = weights[:4]
            residual = weights[4:6] if n < layers - 1 else None
            skip = weights[6:8] if residual else weights[4:6]
            weights = weights[8:] if residual else weights[6:]
            # what can be done in one product is: both taps of the convolution, and both maps that read the gated unit
            both = [torch.cat(pair, dim=-1) for pair in zip(residual, skip, strict=True)] if residual else skip
            self.blocks.append((torch.cat([past, now]), bias, condition, *both))
        self.hidden, self.last = weights[:2], weights[2:]

    def speak(self, features, random, hop):
        (W_score, b_score), (W_first, b_first) = self.score, self.first
        score = torch.tanh(features[0] @ W_score + b_score)
        conditions = [score @ condition + bias for _, bias, condition, *_ in self.blocks]  # (frames, 2 channels)
        queues = [torch.zeros(2**n, W_first.shape[1]) for n in range(len(self.blocks))]
        x, said = torch.full((1, 1), 2 * 128 / 255 - 1), []
        for t, u in enumerate(random):
            h, total = x * W_first + b_first, 0.0
            for (taps, *_, W, b), queue, condition in zip(self.blocks, queues, conditions, strict=True):
                place = t % len(queue)
                z = torch.addmm(condition[t // hop], torch.cat([queue[place, None], h], dim=1), taps)
                queue[place] = h[0]
                filtered, gate = z.chunk(2, dim=1)
                z = torch.addmm(b, torch.tanh(filtered) * torch.sigmoid(gate), W)
                split = z.shape[1] - self.hidden[0].shape[0]
                total = total + z[:, split:]
                h = h + z[:, :split] if split else h
            logits = torch.addmm(
                self.last[1], torch.relu(torch.addmm(self.hidden[1], total.relu(), self.hidden[0])), self.last[0]
            )
            below = torch.cumsum(logits.softmax(dim=-1), dim=-1) < u[:, None]
            x = below.sum(dim=-1, keepdim=True).clamp(max=255) * 2 / 255 - 1
            said.append(x[:, 0])
        return torch.stack(said)


def wavenet(work, size):
    model = WaveNet(work["weights"], size["layers"])
    features, random = tensor(work["features"]), tensor(work["random"])

    @torch.inference_mode()
    def run():
        return model.speak(features, random, size["hop"])

    return lambda: {"samples": run().numpy()}, run, len(random), ""
