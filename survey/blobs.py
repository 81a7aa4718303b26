"""Files and arrays kept in the database, in pieces: one backup holds them, and every worker can read them."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, OrganisationOwned

PIECE_BYTES = 1024 * 1024
LEVEL = 1
"""Of compression: a CSV file shrinks to a fifth of its size at little cost; a packed file stays as it is."""


class DamagedBlob(ValueError):  # noqa: N818  named for what happened
    """Stored bytes that no longer match their checksum: they are never used."""


class Blob(OrganisationOwned):
    """A file's bytes: where they are kept has no name that a visitor chose."""

    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(sha256=""),
                name="blob_has_checksum",
                violation_error_message=_("Stored bytes carry their checksum."),
            ),
        )

    def __str__(self) -> str:
        return self.sha256[:12]

    def read(self) -> Iterator[bytes]:
        """The bytes, piece by piece. Raises `DamagedBlob` at the end when they are not what was kept."""
        digest = hashlib.sha256()
        for number in self.pieces.order_by("number").values_list("number", flat=True):
            packed = self.pieces.values_list("data", flat=True).get(number=number)
            try:
                piece = zlib.decompress(bytes(packed))
            except zlib.error as problem:
                raise DamagedBlob(str(self.pk)) from problem
            digest.update(piece)
            yield piece
        if digest.hexdigest() != self.sha256:
            raise DamagedBlob(str(self.pk))

    def write_to(self, path: Path) -> None:
        with path.open("wb") as file:
            for piece in self.read():
                file.write(piece)

    def bytes(self) -> bytes:
        return b"".join(self.read())


class BlobPiece(models.Model):
    """One compressed piece, reached through its blob only."""

    blob = models.ForeignKey(Blob, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        ordering: ClassVar = ("blob", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("blob", "number"),
                name="blob_piece_once",
                violation_error_message=_("This piece of the file is there already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.blob_id} {self.number}"


@transaction.atomic
def keep(*, organisation: Organisation, content: Iterable[bytes]) -> Blob:
    """Keep bytes as they come, never all of them in memory."""
    digest, size = hashlib.sha256(), 0
    blob = Blob.objects.create(organisation=organisation, sha256="-", size=0)
    for number, piece in enumerate(_pieces(content)):
        digest.update(piece)
        size += len(piece)
        BlobPiece.objects.create(blob=blob, number=number, data=zlib.compress(piece, LEVEL))
    blob.sha256, blob.size = digest.hexdigest(), size
    blob.save(update_fields=["sha256", "size"])
    return blob


def _pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for part in content:
        rest += part
        while len(rest) >= PIECE_BYTES:
            yield rest[:PIECE_BYTES]
            rest = rest[PIECE_BYTES:]
    if rest:
        yield rest
