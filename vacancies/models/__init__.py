"""Employers and their ads. Only employers.py, publishing.py, search.py, watching.py and exchange.py write here."""

from vacancies.models.employers import Employer, EmployerApproval, EmployerCheck, EmployerMember, Invitation
from vacancies.models.finding import SavedSearch, VacancyText, VacancyWord
from vacancies.models.imported import ImportChoice, ImportedAd, ImportState
from vacancies.models.vacancies import Duration, Extent, Kind, Licence, Pay, Swedish, Vacancy, VacancyApproval
from vacancies.models.visits import VisitInvite

__all__ = [
    "Duration",
    "Employer",
    "EmployerApproval",
    "EmployerCheck",
    "EmployerMember",
    "Extent",
    "ImportChoice",
    "ImportState",
    "ImportedAd",
    "Invitation",
    "Kind",
    "Licence",
    "Pay",
    "SavedSearch",
    "Swedish",
    "Vacancy",
    "VacancyApproval",
    "VacancyText",
    "VacancyWord",
    "VisitInvite",
]
