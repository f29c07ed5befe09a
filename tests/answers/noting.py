"""Variables of a process that tell which of them the program has asked for."""


class Noting(dict[str, str]):
    """Variables that note which of them are asked for by name."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: object = None) -> object:  # type: ignore[override]  # as a mapping has it
        self.names.add(name)
        return super().get(name, default)  # type: ignore[arg-type]  # whatever was given

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return super().__contains__(name)
