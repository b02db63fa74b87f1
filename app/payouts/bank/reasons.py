"""Why a bank did not pay, as a sentence for the payee and the merchant: codes of ISO 20022 and of NACHA."""

_SENTENCES = {
    "AC01": "The account number is wrong. Ask the creator to check it.",
    "AC03": "The account number of the creator is wrong. Ask the creator to check it.",
    "AC04": "The account is closed. Ask the creator for another one.",
    "AC06": "The account is blocked. Ask the creator to speak to the bank or to name another one.",
    "AG01": "The account does not take this kind of transfer. Ask the creator for another one.",
    "AM04": "Your account did not hold enough money. Top it up and pay again.",
    "AM05": "The bank took it for a duplicate. Look at the statement before paying again.",
    "BE04": "The address of the creator is missing or wrong. Ask the creator to complete it.",
    "CNOR": "The bank of the creator cannot be reached by this kind of transfer. Pay in another way.",
    "DUPL": "The bank has had this file before. Look at the first one's outcome; do not pay again.",
    "FF01": "The bank could not read the file. Check the account and format in the settings.",
    "FOCR": "The money came back because it was asked back.",
    "MD07": "The holder of the account has died.",
    "MS02": "The creator refused the money without a reason.",
    "MS03": "The bank gave no reason. Ask your bank, and the creator for other details.",
    "RC01": "The bank code is wrong. Ask the creator to check the details.",
    "RR04": "The bank is bound by regulations not to pay it. Ask your bank.",
    "R01": "Your account did not hold enough money. Top it up and pay again.",
    "R02": "The account is closed. Ask the creator for another one.",
    "R03": "There is no such account under that name. Ask the creator to check it.",
    "R04": "The account number is wrong. Ask the creator to check it.",
    "R16": "The account is frozen. Ask the creator for another one.",
    "R20": "The account does not take transfers. Ask the creator for a checking account.",
    "R23": "The creator refused the money.",
}


def sentence(code: str | None, said: str = "") -> str:
    """What happened and what to do; for a code that is not in the table, the bank's own words beside the code."""
    known = _SENTENCES.get(code or "")
    if known is not None:
        return known
    words = " ".join(said.split())[:140]
    named = f"code {code}" if code else "no code"
    return f"The bank answered with {named}" + (f": {words}." if words else ". Ask your bank what it means.")
