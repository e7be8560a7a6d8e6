"""Employers and their ads. Only employers.py and publishing.py write here."""

from vacancies.models.employers import Employer, EmployerApproval, EmployerCheck, EmployerMember, Invitation
from vacancies.models.vacancies import Duration, Extent, Kind, Licence, Pay, Swedish, Vacancy, VacancyApproval

__all__ = [
    "Duration",
    "Employer",
    "EmployerApproval",
    "EmployerCheck",
    "EmployerMember",
    "Extent",
    "Invitation",
    "Kind",
    "Licence",
    "Pay",
    "Swedish",
    "Vacancy",
    "VacancyApproval",
]
