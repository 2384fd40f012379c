"""The grid model against the published row-by-row formulation: one pair of line and gene per row."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from deepdep.models.autoencoder import Autoencoder
from deepdep.models.grid import Architecture, GridNet, split_linear
from deepdep.models.layers import encoder, masked_mse

FEATURES = {"mutation": 7, "expression": 11, "copy_number": 5}
GENE_SETS = 9
PUBLISHED = Architecture(
    {
        "mutation": [1000, 100, 50],
        "expression": [500, 200, 50],
        "methylation": [500, 200, 50],
        "copy_number": [500, 200, 50],
    },
    [1000, 100, 50],
    [250, 250],
)
PUBLISHED_FEATURES = {"mutation": 4539, "expression": 6016, "methylation": 6617, "copy_number": 7460}


def make_net(dropout: float = 0.0) -> GridNet:
    torch.manual_seed(1)
    widths = {"mutation": [8, 4], "expression": [6, 5], "copy_number": [3]}
    net = GridNet(Architecture(widths, [8, 6], [12, 10], dropout), FEATURES, GENE_SETS)
    with torch.no_grad():
        for parameter in net.parameters():  # biases and embeddings start at zero and would hide errors
            parameter.add_(0.1 * torch.randn_like(parameter))
    return net


def make_inputs(lines: int = 6, genes: int = 8) -> tuple[dict[str, Tensor], Tensor, Tensor]:
    generator = torch.Generator().manual_seed(2)
    values = {omic: torch.randn(lines, width, generator=generator) for omic, width in FEATURES.items()}
    present = torch.ones(lines, len(FEATURES))
    present[0, 1] = present[2, 0] = present[2, 2] = present[5, 2] = 0
    fingerprints = (torch.rand(genes, GENE_SETS, generator=generator) < 0.4).float()
    return values, present, fingerprints


def row_by_row(net: GridNet, values: dict[str, Tensor], present: Tensor, fingerprints: Tensor) -> Tensor:
    """Predict one pair at a time: join all codes, one dense layer over the join, then the head."""
    weight = torch.cat([net.sample_half.weight, net.gene_half.weight], dim=1)
    rows = []
    for line in range(len(present)):
        for gene in range(len(fingerprints)):
            codes = []
            for column, omic in enumerate(values):
                has = bool(present[line, column])
                codes.append(net.encoders[omic](values[omic][line]) if has else net.missing[omic])
            joined = torch.cat([*codes, net.gene_encoder(fingerprints[gene])])
            rows.append(net.head(nn.functional.linear(joined, weight, net.sample_half.bias)))
    return torch.cat(rows).reshape(len(present), len(fingerprints))


def gradients(net: GridNet, predicted: Tensor) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(3)
    labels = torch.randn(predicted.shape, generator=generator)
    mask = torch.rand(predicted.shape, generator=generator) < 0.7
    net.zero_grad()
    masked_mse(predicted, labels, mask).backward()
    return {name: parameter.grad.clone() for name, parameter in net.named_parameters()}


def test_outputs_equal_row_by_row() -> None:
    net, inputs = make_net(), make_inputs()
    found, expected = net(*inputs), row_by_row(net, *inputs)
    assert found.shape == (6, 8)
    assert expected.std() > 0.1
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


def test_gradients_equal_row_by_row() -> None:
    net, inputs = make_net(), make_inputs()
    found, expected = gradients(net, net(*inputs)), gradients(net, row_by_row(net, *inputs))
    assert found.keys() == expected.keys()
    assert all(gradient.abs().max() > 1e-6 for gradient in expected.values())
    for name, gradient in expected.items():
        torch.testing.assert_close(found[name], gradient, atol=1e-5, rtol=1e-5, msg=name)


def test_dropout_changes_training_and_not_prediction() -> None:
    net, inputs = make_net(dropout=0.5), make_inputs()
    net.train()
    assert not torch.equal(net(*inputs), net(*inputs))
    net.eval()
    torch.testing.assert_close(net(*inputs), row_by_row(net, *inputs), atol=1e-5, rtol=0)


def test_lacking_omic_is_replaced_by_its_embedding_and_only_there() -> None:
    net, (values, present, fingerprints) = make_net(), make_inputs()
    before = net(values, present, fingerprints).detach()
    with torch.no_grad():
        net.missing["copy_number"].add_(1.0)
    changed = (net(values, present, fingerprints).detach() != before).any(dim=1)
    assert torch.equal(changed, present[:, 2] == 0)
    other = {**values, "mutation": values["mutation"] + (1 - present[:, :1])}
    torch.testing.assert_close(net(other, present, fingerprints), net(values, present, fingerprints))
    there = {**values, "mutation": values["mutation"] + present[:, :1]}
    moved = (net(there, present, fingerprints) != net(values, present, fingerprints)).any(dim=1)
    assert torch.equal(moved, present[:, 0] == 1)


def test_embedding_starts_at_zero() -> None:
    net = GridNet(Architecture({"mutation": [4]}, [4], [4]), {"mutation": 3}, 3)
    assert not net.missing["mutation"].any()


def test_published_widths_have_the_parameters_counted_by_hand() -> None:
    encoders = {
        "mutation": 4539 * 1000 + 1000 + 1000 * 100 + 100 + 100 * 50 + 50,
        "expression": 6016 * 500 + 500 + 500 * 200 + 200 + 200 * 50 + 50,
        "methylation": 6617 * 500 + 500 + 500 * 200 + 200 + 200 * 50 + 50,
        "copy_number": 7460 * 500 + 500 + 500 * 200 + 200 + 200 * 50 + 50,
    }
    fingerprint = 3115 * 1000 + 1000 + 1000 * 100 + 100 + 100 * 50 + 50
    head = (250 * 250 + 250) + (250 * 250 + 250) + (250 + 1)
    embeddings = 4 * 50
    with torch.device("meta"):  # counts, without 70 MB of weights
        net = GridNet(PUBLISHED, PUBLISHED_FEATURES, 3115)
    counts = {omic: sum(p.numel() for p in part.parameters()) for omic, part in net.encoders.items()}
    assert counts == encoders
    total = sum(parameter.numel() for parameter in net.parameters())
    assert total == sum(encoders.values()) + fingerprint + head + embeddings == 18_371_001


def test_split_layer_equals_the_whole_one() -> None:
    torch.manual_seed(4)
    joint = nn.Linear(7, 5)
    sample_half, gene_half = split_linear(joint, 4)
    both = torch.randn(3, 7)
    torch.testing.assert_close(sample_half(both[:, :4]) + gene_half(both[:, 4:]), joint(both))
    assert gene_half.bias is None


def test_names_of_weights_do_not_depend_on_dropout() -> None:
    plain, dropped = encoder(5, [4, 3]), encoder(5, [4, 3], 0.5)
    assert list(plain.state_dict()) == list(dropped.state_dict())
    dropped.load_state_dict(plain.state_dict())
    values = torch.randn(6, 5)
    torch.testing.assert_close(dropped.eval()(values), plain(values))


@pytest.mark.parametrize("widths", [[6, 4, 2], [3]])
def test_autoencoder_is_its_own_mirror_image(widths: list[int]) -> None:
    network = Autoencoder(10, widths)
    sizes = [10, *widths, *reversed(widths[:-1]), 10]
    layers = [part for part in network.modules() if isinstance(part, nn.Linear)]
    assert [layer.in_features for layer in layers] == sizes[:-1]
    assert [layer.out_features for layer in layers] == sizes[1:]
    encoded = network.encoder(torch.randn(50, 10))
    assert encoded.min() >= 0
    assert (network(torch.randn(50, 10)) < 0).any()  # no ReLU at the end: scaled values go below 0


def test_he_uniform_weights_and_zero_bias() -> None:
    torch.manual_seed(5)
    layer = encoder(400, [300])[0].linear
    limit = np.sqrt(6 / 400)
    assert 0.98 * limit < layer.weight.abs().max() <= limit
    assert layer.weight.var().item() == pytest.approx(limit**2 / 3, rel=0.02)
    assert not layer.bias.any()


def test_masked_mse_is_the_mean_over_measured_cells() -> None:
    predicted = torch.tensor([[1.0, 5.0], [3.0, -2.0]], requires_grad=True)
    target = torch.tensor([[0.0, float("nan")], [1.0, float("inf")]])
    mask = torch.tensor([[True, False], [True, False]])
    loss = masked_mse(predicted, target, mask)
    loss.backward()
    assert loss.item() == (1 + 4) / 2
    assert predicted.grad.tolist() == [[1.0, 0.0], [2.0, 0.0]]
    assert masked_mse(predicted, target, torch.zeros_like(mask)).item() == 0
