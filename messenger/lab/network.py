"""Small feed-forward networks in numpy, with their gradients written out.

A network is a list of layers over one flat vector of parameters, so that an optimiser, a copy or
a file sees a single array. Activations are float32 of shape ``(batch, features)``; a signal of
``length`` positions and ``channels`` lies position by position.

Source: Abadi and Andersen 2016, "Learning to Protect Communications with Adversarial Neural
Cryptography", section 2.4 (the shapes); Glorot and Bengio 2010 (the first weights).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]

LEAK: Final = np.float32(0.1)  # slope of a leaky rectifier below zero; ours


class Layer(Protocol):
    """A linear map whose matrix is built from ``size`` parameters."""

    size: int

    def first(self, random: np.random.Generator) -> Floats:
        """Draw the ``size`` parameters a training begins with."""

    def matrix(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the matrix ``(inputs, outputs)`` and the bias ``(outputs,)``."""

    def gradient(self, matrix: Floats, bias: Floats) -> Floats:
        """Fold the gradients of matrix and bias back onto the parameters."""


class Dense:
    """A fully connected layer with a bias."""

    def __init__(self, inputs: int, outputs: int) -> None:
        self.shape = (inputs, outputs)
        self.size = inputs * outputs + outputs

    def first(self, random: np.random.Generator) -> Floats:
        """Draw uniform weights; the bias starts at zero."""
        inputs, outputs = self.shape
        weights = _glorot(random, inputs, outputs, inputs * outputs)
        return np.concatenate([weights, np.zeros(outputs, np.float32)])

    def matrix(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return views of the parameters."""
        inputs, outputs = self.shape
        split = inputs * outputs
        return parameters[:split].reshape(self.shape), parameters[split:]

    def gradient(self, matrix: Floats, bias: Floats) -> Floats:
        """Lay both gradients out like the parameters."""
        return np.concatenate([matrix.ravel(), bias])


class Convolution:
    """A convolution over positions, padded to keep ``length / stride`` of them.

    Written as a matrix with shared entries: for signals this short one matrix product is faster
    than any sliding window, and the gradient is the same sum over the shared places.
    """

    def __init__(
        self, length: int, channels: int, filters: int, width: int, stride: int = 1
    ) -> None:
        self._channels, self._filters, self._width = channels, filters, width
        outputs = length // stride
        self.shape = (length * channels, outputs * filters)
        self._kernel_len = width * channels * filters
        self.size = self._kernel_len + filters
        before = max((outputs - 1) * stride + width - length, 0) // 2
        kernel = np.arange(self._kernel_len).reshape(width, channels, filters)
        places = np.full((length, channels, outputs, filters), -1)
        for out in range(outputs):
            for offset in range(width):
                position = out * stride + offset - before
                if 0 <= position < length:
                    places[position, :, out, :] = kernel[offset]
        flat = places.reshape(self.shape)
        self._rows, self._columns = np.nonzero(flat >= 0)
        self._entries = flat[self._rows, self._columns]

    def first(self, random: np.random.Generator) -> Floats:
        """Draw uniform kernels; the bias starts at zero."""
        fan_in, fan_out = self._width * self._channels, self._width * self._filters
        kernel = _glorot(random, fan_in, fan_out, self._kernel_len)
        return np.concatenate([kernel, np.zeros(self._filters, np.float32)])

    def matrix(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Spread the kernel over all positions."""
        matrix = np.zeros(self.shape, np.float32)
        matrix[self._rows, self._columns] = parameters[self._entries]
        bias = parameters[self._kernel_len :]
        return matrix, np.tile(bias, self.shape[1] // self._filters)

    def gradient(self, matrix: Floats, bias: Floats) -> Floats:
        """Sum over every place where one entry of the kernel stands."""
        kernel = np.bincount(
            self._entries, matrix[self._rows, self._columns], minlength=self._kernel_len
        )
        folded = bias.reshape(-1, self._filters).sum(axis=0)
        return np.concatenate([kernel.astype(np.float32), folded])


@dataclass(frozen=True, slots=True)
class Pass:
    """What one forward pass leaves for the way back: matrices and activations, input first."""

    matrices: list[Floats]
    activations: list[Floats]

    @property
    def output(self) -> Floats:
        """The last activation, ``(batch, outputs)`` in (-1, 1)."""
        return self.activations[-1]


class Network:
    """Layers in a row: hidden activations in between, tanh at the end."""

    def __init__(self, layers: Sequence[Layer], hidden: str = "leaky") -> None:
        if hidden not in {"leaky", "tanh", "sigmoid"}:
            raise ValueError("hidden is leaky, tanh or sigmoid")
        self._layers = list(layers)
        self._hidden = hidden
        ends = np.cumsum([layer.size for layer in layers])
        self._slices = [
            slice(int(end) - layer.size, int(end)) for end, layer in zip(ends, layers, strict=True)
        ]
        self.size = int(ends[-1])

    def first(self, random: np.random.Generator) -> Floats:
        """Draw all ``size`` parameters."""
        return np.concatenate([layer.first(random) for layer in self._layers])

    def forward(self, parameters: Floats, inputs: Floats) -> Pass:
        """Run a batch through and keep what :meth:`backward` needs."""
        matrices, activations = [], [inputs]
        for index, layer in enumerate(self._layers):
            matrix, bias = layer.matrix(parameters[self._slices[index]])
            total = activations[-1] @ matrix
            total += bias
            matrices.append(matrix)
            activations.append(self._activate(index, total))
        return Pass(matrices, activations)

    def backward(self, done: Pass, slope: Floats) -> tuple[Floats, Floats]:
        """Return the gradients on the parameters and on the input.

        Args:
            done: The pass of this batch.
            slope: Gradient of the loss on the output, ``(batch, outputs)``.
        """
        gradient = np.empty(self.size, np.float32)
        for index in reversed(range(len(self._layers))):
            slope = slope * self._slope(index, done.activations[index + 1])
            on_matrix = done.activations[index].T @ slope
            folded = self._layers[index].gradient(on_matrix, slope.sum(axis=0))
            gradient[self._slices[index]] = folded
            slope = slope @ done.matrices[index].T
        return gradient, slope

    def _activate(self, index: int, total: Floats) -> Floats:
        """Apply the activation of a layer, in place."""
        if index == len(self._layers) - 1 or self._hidden == "tanh":
            np.tanh(total, out=total)
        elif self._hidden == "leaky":
            np.maximum(total, LEAK * total, out=total)
        else:
            np.tanh(np.float32(0.5) * total, out=total)
            total += np.float32(1)
            total *= np.float32(0.5)
        return total

    def _slope(self, index: int, activation: Floats) -> Floats:
        """Return the derivative of a layer's activation, from its value."""
        slope: Floats
        if index == len(self._layers) - 1 or self._hidden == "tanh":
            slope = np.float32(1) - activation * activation
        elif self._hidden == "leaky":
            slope = np.where(activation > 0, np.float32(1), LEAK)
        else:
            slope = activation * (np.float32(1) - activation)
        return slope


def _glorot(random: np.random.Generator, fan_in: int, fan_out: int, count: int) -> Floats:
    limit = np.sqrt(6 / (fan_in + fan_out))
    return random.uniform(-limit, limit, count).astype(np.float32)
