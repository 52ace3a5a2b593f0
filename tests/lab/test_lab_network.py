"""The gradients are those of the loss, and the convolutions are convolutions."""

import numpy as np
import pytest

from messenger.lab.network import Convolution, Dense, Network
from messenger.lab.optimizers import OPTIMIZERS
from messenger.lab.trio import BITS, PAIR_NETWORK


@pytest.mark.parametrize("hidden", ["leaky", "tanh", "sigmoid"])
def test_gradients_are_the_slopes_of_the_loss(hidden: str) -> None:
    random = np.random.default_rng(1)
    network = Network(
        [Dense(6, 8), Convolution(8, 1, 2, width=4), Convolution(8, 2, 3, width=2, stride=2)],
        hidden,
    )
    parameters = network.first(random)
    inputs = random.normal(size=(5, 6)).astype(np.float32)
    wanted = random.normal(size=(5, 12)).astype(np.float32)

    def loss(changed: np.ndarray, given: np.ndarray) -> float:
        output = network.forward(changed, given).output.astype(np.float64)
        return float(((output - wanted) ** 2).sum() / 2)

    done = network.forward(parameters, inputs)
    on_parameters, on_inputs = network.backward(done, done.output - wanted)
    step = 2e-3
    for index in random.integers(0, network.size, 40):
        moved = [parameters.copy(), parameters.copy()]
        moved[0][index] += step
        moved[1][index] -= step
        slope = (loss(moved[0], inputs) - loss(moved[1], inputs)) / (2 * step)
        assert on_parameters[index] == pytest.approx(slope, abs=0.005, rel=0.02)
    for index in range(6):
        near = [inputs.copy(), inputs.copy()]
        near[0][2, index] += step
        near[1][2, index] -= step
        slope = (loss(parameters, near[0]) - loss(parameters, near[1])) / (2 * step)
        assert on_inputs[2, index] == pytest.approx(slope, abs=0.005, rel=0.02)


def test_a_convolution_slides_one_kernel_over_all_positions() -> None:
    random = np.random.default_rng(2)
    layer = Convolution(8, 2, 3, width=2, stride=2)
    parameters = layer.first(random)
    parameters[-3:] = [1, 2, 3]
    kernel = parameters[:-3].reshape(2, 2, 3)
    signal = random.normal(size=(8, 2)).astype(np.float32)
    matrix, bias = layer.matrix(parameters)
    slid = [
        sum(signal[2 * out + offset] @ kernel[offset] for offset in range(2)) + parameters[-3:]
        for out in range(4)
    ]
    assert np.allclose(signal.ravel() @ matrix + bias, np.ravel(slid), atol=1e-5)


def test_the_networks_have_the_shapes_of_the_paper() -> None:
    kernels = 4 * 1 * 2 + 2, 2 * 2 * 4 + 4, 1 * 4 * 4 + 4, 1 * 4 * 1 + 1
    assert PAIR_NETWORK.size == 32 * 32 + 32 + sum(kernels)
    done = PAIR_NETWORK.forward(
        PAIR_NETWORK.first(np.random.default_rng(1)), np.ones((3, 2 * BITS), np.float32)
    )
    assert [a.shape[1] for a in done.activations] == [32, 32, 64, 64, 64, 16]
    assert done.output.dtype == np.float32


@pytest.mark.parametrize(("name", "rate"), [("adam", 0.1), ("adagrad", 0.5), ("momentum", 0.02)])
def test_every_rule_walks_down_a_bowl(name: str, rate: float) -> None:
    place = np.array([3, -2], np.float32)
    rule = OPTIMIZERS[name](2, rate)
    for _ in range(300):
        rule.step(place, 2 * place)
    assert np.abs(place).max() < 0.2
    assert rule.count == 300


def test_an_unknown_activation_is_refused() -> None:
    with pytest.raises(ValueError, match="hidden"):
        Network([Dense(2, 2)], "cubic")
