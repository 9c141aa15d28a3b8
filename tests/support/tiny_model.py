"""A language model of a few thousand random weights in a GGUF file: the real engine runs it in milliseconds.

What it writes is noise. Its tokens are the 256 bytes, so that it reads and writes any text.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing

WIDTH, INNER, HEADS, CONTEXT = 32, 64, 2, 2048
END = 256
"""The token that ends a turn, behind those of the bytes."""

TEMPLATE = (
    "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}"
)


def write_tiny_model(path: Path, *, seed: int = 1) -> Path:
    """Write the file, and return its path."""
    import gguf

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    tokens = [*_letters_of_bytes(), "<|end|>"]
    writer.add_token_list(tokens)
    kinds = [gguf.TokenType.NORMAL] * END + [gguf.TokenType.CONTROL]
    writer.add_token_types(kinds)
    writer.add_token_merges(["a b"])  # the engine takes no empty list; no token is made of it
    writer.add_eos_token_id(END)
    writer.add_bos_token_id(END)
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)
    for name, shape in _shapes(len(tokens)).items():
        writer.add_tensor(name, _weights(name, shape, seed))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _shapes(vocabulary: int) -> dict[str, tuple[int, ...]]:
    square = (WIDTH, WIDTH)
    return {
        "token_embd.weight": (vocabulary, WIDTH),
        "output_norm.weight": (WIDTH,),
        "output.weight": (vocabulary, WIDTH),
        "blk.0.attn_norm.weight": (WIDTH,),
        "blk.0.attn_q.weight": square,
        "blk.0.attn_k.weight": square,
        "blk.0.attn_v.weight": square,
        "blk.0.attn_output.weight": square,
        "blk.0.ffn_norm.weight": (WIDTH,),
        "blk.0.ffn_gate.weight": (INNER, WIDTH),
        "blk.0.ffn_up.weight": (INNER, WIDTH),
        "blk.0.ffn_down.weight": (WIDTH, INNER),
    }


def _weights(name: str, shape: tuple[int, ...], seed: int) -> np.typing.NDArray[np.float32]:
    if name.endswith("norm.weight"):
        return np.ones(shape, dtype=np.float32)
    made = np.random.default_rng([seed, *name.encode()])
    return made.normal(0.0, 0.5, shape).astype(np.float32)


def _letters_of_bytes() -> list[str]:
    """Return the letter that stands for each byte in GPT-2's vocabularies."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in shown]
    letters = {byte: chr(byte) for byte in shown} | {byte: chr(256 + n) for n, byte in enumerate(hidden)}
    return [letters[byte] for byte in range(256)]
