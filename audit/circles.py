"""Circles in a graph some of whose edges go one way only, in time and memory linear in the edges."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
T = TypeVar("T")
#: Whether what is compiled can be kept beside the module. To compile anew takes longer than it saves.
_KEPT = os.access(Path(__file__).parent, os.W_OK)


@dataclass(frozen=True)
class Edges:
    """Edges between the nodes 0 to ``nodes`` - 1: from ``lower`` to ``upper`` where ``up``, back where ``down``."""

    nodes: int
    lower: Numbers
    upper: Numbers
    up: Flags
    down: Flags

    def only(self, which: Flags) -> Edges:
        return Edges(self.nodes, self.lower[which], self.upper[which], self.up[which], self.down[which])

    def named(self, name: Numbers, nodes: int) -> Edges:
        """The edges with other numbers for the nodes (several may get the same)."""
        return Edges(nodes, name[self.lower], name[self.upper], self.up, self.down)

    def __add__(self, more: Edges) -> Edges:
        return Edges(
            self.nodes,
            np.concatenate((self.lower, more.lower)),
            np.concatenate((self.upper, more.upper)),
            np.concatenate((self.up, more.up)),
            np.concatenate((self.down, more.down)),
        )

    def ways(self, back: bool = False) -> tuple[Numbers, Numbers]:
        """Each way that an edge can go: from which nodes to which; ``back``: from its end to its start."""
        start = np.concatenate((self.lower[self.up], self.upper[self.down]))
        end = np.concatenate((self.upper[self.up], self.lower[self.down]))
        return (end, start) if back else (start, end)


def _listed(nodes: int, start: Numbers) -> tuple[Numbers, Numbers]:
    """The order that puts what starts at the same node together, and where each node's begin (and the last one's end).

    Flat lists of numbers: a list for each node would keep the garbage collector busy.
    """
    begin = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(start, minlength=nodes), out=begin[1:])
    return np.argsort(start, kind="stable"), begin


def _quickly(loop: Callable[..., list[T]], *numbers: Numbers) -> list[T]:
    """The loop over these numbers: compiled, where a large file has been read, so that the compiler is at hand."""
    if "numba" in sys.modules and _KEPT:
        return _compiled(loop)(*numbers)
    return loop(*(n.tolist() for n in numbers))  # lists are quicker than arrays


@cache
def _compiled(loop: Callable[..., list[T]]) -> Callable[..., list[T]]:
    from numba import njit

    compiled: Callable[..., list[T]] = njit(cache=True, nogil=True)(loop)
    return compiled


def labels(edges: Edges) -> Numbers:
    """Of each node a number that it has in common with those that it can reach and be reached from.

    Tarjan's strongly connected components, of the nodes that have edges; every other node is by itself.
    """
    used, place = np.unique(np.concatenate((edges.lower, edges.upper)), return_inverse=True)
    label = np.arange(edges.nodes)
    lower, upper = np.split(place, 2)
    label[used] = used[_components(Edges(len(used), lower, upper, edges.up, edges.down))]
    return label


def _components(edges: Edges) -> list[int]:
    start, end = edges.ways()
    sorted_, begin = _listed(edges.nodes, start)
    return _quickly(_tarjan, begin, end[sorted_])


def _tarjan(begin: Sequence[int], ahead: Sequence[int]) -> list[int]:
    nodes = len(begin) - 1
    order, low, label = [0] * nodes, [0] * nodes, [-1] * nodes
    at = [*begin[:-1]]
    waiting: list[int] = []
    seen = 0
    for first in range(nodes):
        if order[first]:
            continue
        path = [first]
        while path:
            node = path[-1]
            if not order[node]:
                seen += 1
                order[node] = low[node] = seen
                waiting.append(node)
            least, last = low[node], begin[node + 1]
            for number in range(at[node], last):
                other = ahead[number]
                if not order[other]:
                    at[node], low[node] = number, least  # looked at once more when it is done
                    path.append(other)
                    break
                if label[other] < 0 and low[other] < least:
                    least = low[other]
            else:
                path.pop()
                low[node] = least
                if least == order[node]:
                    while label[node] < 0:
                        label[waiting.pop()] = node
    return label


def beside(edges: Edges, back: bool = False) -> dict[int, list[int]]:
    """To which nodes one can go from each node; ``back``: from which one can come."""
    found: dict[int, list[int]] = {}
    for start, end in zip(*(nodes.tolist() for nodes in edges.ways(back)), strict=True):
        found.setdefault(start, []).append(end)
    return found


def reached(beside: Mapping[int, Sequence[int]], starts: Iterable[int]) -> set[int]:
    """The nodes that can be reached from ``starts``, themselves too."""
    found = set(starts)
    waiting = list(found)
    while waiting:
        more = [n for n in beside.get(waiting.pop(), ()) if n not in found]
        found.update(more)
        waiting += more
    return found


def circles(edges: Edges, label: Numbers) -> Flags:
    """For each edge whether it lies on a circle that goes each edge the way that it can go. ``label``: ``labels``.

    Among nodes that can be reached from each other these are all edges but those without which two parts of them do
    not hang together (the theorem of Boesch and Tindell on mixed graphs; bridges by Tarjan).
    """
    circle = label[edges.lower] == label[edges.upper]
    within = edges.only(circle)
    used, place = np.unique(np.concatenate((within.lower, within.upper)), return_inverse=True)
    one, other = np.split(place, 2)
    circle[circle] = _no_bridges(len(used), one, other)
    return circle


def _no_bridges(nodes: int, one: Numbers, other: Numbers) -> list[bool]:
    sorted_, begin = _listed(nodes, np.concatenate((one, other)))
    return _quickly(_bridgeless, begin, np.concatenate((other, one))[sorted_], sorted_ % max(len(one), 1))


def _bridgeless(begin: Sequence[int], ends: Sequence[int], numbers: Sequence[int]) -> list[bool]:
    nodes = len(begin) - 1
    order, low = [0] * nodes, [0] * nodes
    at = [*begin[:-1]]
    kept = [True] * (len(ends) // 2)
    seen = 0
    for first in range(nodes):
        if order[first]:
            continue
        seen += 1
        order[first] = low[first] = seen
        path, by = [first], [-1]
        while path:
            node, came, least = path[-1], by[-1], low[path[-1]]
            for place in range(at[node], begin[node + 1]):
                if numbers[place] == came:
                    continue
                end = ends[place]
                if not order[end]:
                    seen += 1
                    order[end] = low[end] = seen
                    at[node], low[node] = place + 1, least
                    path.append(end)
                    by.append(numbers[place])
                    break
                if order[end] < least:
                    least = order[end]
            else:
                path.pop()
                by.pop()
                low[node] = least
                if path:
                    low[path[-1]] = min(low[path[-1]], least)
                    kept[came] = least <= order[path[-1]]
    return kept
