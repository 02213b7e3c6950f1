"""Who buys and what is sold: Romanian names, tax ids in every spelling, products with four-decimal prices."""

from __future__ import annotations

from dataclasses import dataclass

_WEIGHTS = (7, 5, 3, 2, 1, 7, 5, 3, 2)


def cui(body: int) -> str:
    """A Romanian company tax id with its check digit."""
    digits = [int(digit) for digit in f"{body:09d}"]
    check = sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True)) * 10 % 11 % 10
    return f"{body}{check}"


@dataclass(frozen=True)
class Customer:
    """A customer; `tax_id` is bare digits, empty for a private person."""

    name: str
    tax_id: str

    def spellings(self) -> tuple[str, ...]:
        """The ways invoices write this tax id."""
        if not self.tax_id.isdecimal():
            return (self.tax_id,)
        return (self.tax_id, f"RO{self.tax_id}", f"RO {self.tax_id}", f"ro{self.tax_id}")


@dataclass(frozen=True)
class Product:
    """A product; `code` is null more often than not."""

    name: str
    price: float
    code: str | None = None

    def spellings(self) -> tuple[str, ...]:
        """The ways invoices write this name."""
        return (self.name, self.name.upper(), f" {self.name}", self.name.replace(" ", "  "))


TIPOGRAFIA = Customer("Tipografia Ștefan & Fiii SRL", "18547290")
FURNIZOR = Customer("Furnizor Hârtie SA", "2864518")
BARE_12345678 = Customer("Cifra De Control SRL", "12345678")
FOREIGN = Customer("Müller Druck GmbH", "DE129273398")
ALFA_BUCURESTI = Customer("Alfa Construct SRL", "14399840")
ALFA_CLUJ = Customer("Alfa Construct SRL", cui(2871234))
PERSONS = (
    (Customer("Popescu Ion", ""), "-"),
    (Customer("Ionescu Măriuca", ""), ""),
    (Customer("Țepeș Vlad", ""), "0000000000000"),
)

_NAMES = (
    "Librăria Cărturarul SRL",
    "Școala Gimnazială Nr. 5",
    "Brutăria Spicul de Aur SRL",
    "Grădinița Fluturașii",
    "Primăria Comunei Vâlcele",
    "Hotel Împăratul Romanilor SA",
    "Cabinet Avocat Dănilă",
    "Agroserv Bărăgan SRL",
    "Farmacia Sfânta Ana SRL",
    "Țesătoria Unirea SA",
    "Moara Nouă SRL",
    "Pensiunea Brândușa SRL",
    "Auto Râșnov SRL",
    "Construcții Jiul SA",
    "Vinăria Șarpe SRL",
    "Editura Pământul",
    "Clinica Dentară Surâs SRL",
    "Cofetăria Alunița SRL",
)
COMPANIES = (
    TIPOGRAFIA,
    ALFA_BUCURESTI,
    ALFA_CLUJ,
    *(Customer(name, cui(1_203_457 + 731_113 * place)) for place, name in enumerate(_NAMES)),
)

TONER = Product("Toner HP 12A", 189.5)
HARTIE = Product("Hârtie copiator A4 80g", 21.4321, "371.002")
PLIC_VECHI = Product("Plic C5 gumat (vechi)", 0.19)
MANOPERA = Product("Manoperă internă", 75.0)
PRODUCTS = (
    TONER,
    HARTIE,
    Product("Cărți de vizită 500 buc", 145.0, "704.001"),
    Product("Afiș A2 policromie", 12.3456),
    Product("Pliant A4 3 volete", 0.8725),
    Product("Roll-up 85x200", 249.9),
    Product("Bloc-notes A5", 4.1501, "371.005"),
    Product("Etichetă autocolantă 50x30", 0.0525),
    Product("Mapă de prezentare", 6.75),
    Product("Calendar de perete 2026", 18.9),
    Product("Ștampilă automată", 62.0, "371.009"),
    Product("Banner PVC 440g", 38.0),
    Product("Agendă datată A5", 31.2),
    Product("Pix metalic gravat", 7.4499),
    Product("Tricou personalizat", 45.0),
    Product("Cană ceramică", 19.99, "371.012"),
    Product("Ecuson cu șnur", 3.05),
    Product("Diplomă A4", 2.5),
    Product("Broșură 16 pagini", 5.6789),
    Product("Legătorie spirală", 8.0),
    Product("Transport București", 35.0, "704.010"),
    Product("Servicii machetare", 3045.7353, "704.020"),
)
